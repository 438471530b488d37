UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (r) WHERE elementId(r) = $nodes + $columns[0][n]
MATCH (i) WHERE elementId(i) = $nodes + $columns[1][n]
CREATE (r)-[:BELONGS_TO {since: $run, content_hash: $columns[2][n]}]->(i);

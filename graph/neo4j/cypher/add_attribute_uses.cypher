UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (r) WHERE elementId(r) = $nodes + $columns[0][n]
MATCH (a) WHERE elementId(a) = $nodes + $columns[1][n]
CREATE (r)-[:USES {since: $run, content_hash: $columns[2][n]}]->(a);

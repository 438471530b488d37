UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (r) WHERE elementId(r) = $nodes + $columns[0][n]
MATCH (other) WHERE elementId(other) = $nodes + $columns[1][n]
CREATE (r)-[:RELATED_TO {since: $run, kind: $columns[2][n], content_hash: $columns[3][n]}]->(other);

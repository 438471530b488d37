UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (i) WHERE elementId(i) = $nodes + $columns[0][n]
CREATE (i)-[:HAS_GOLDEN {since: $run, content_hash: $columns[3][n]}]->
       (:GoldenRecord {golden_values: $columns[1][n], name: $columns[2][n]});

UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (i) WHERE elementId(i) = $nodes + $columns[0][n]
CREATE (i)-[:HAS_QUALITY {since: $run, content_hash: $columns[3][n]}]->
       (:IdentityQuality {concern: $columns[1][n], quality: $columns[2][n]});

UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (entry) WHERE elementId(entry) = $nodes + $columns[0][n]
MATCH (r) WHERE elementId(r) = $nodes + $columns[1][n]
CREATE (entry)-[:RESEMBLES {
  since: $run, content_hash: $columns[4][n], match_weight: $columns[2][n],
  blocking_rule: $columns[3][n]
}]->(r);

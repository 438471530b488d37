UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (one) WHERE elementId(one) = $nodes + $columns[0][n]
MATCH (other) WHERE elementId(other) = $nodes + $columns[1][n]
CREATE (one)-[:LINKED_TO {
  since: $run, content_hash: $columns[5][n], match_weight: $columns[2][n],
  blocking_rule: $columns[3][n], source_weight: $columns[4][n]
}]->(other);

UNWIND $rows AS row
MATCH (one) WHERE elementId(one) = $nodes + row[0]
MATCH (other) WHERE elementId(other) = $nodes + row[1]
CREATE (one)-[:LINKED_TO {
  since: $run, content_hash: row[5], match_weight: row[2], blocking_rule: row[3],
  source_weight: row[4]
}]->(other);

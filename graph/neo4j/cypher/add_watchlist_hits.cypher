UNWIND $rows AS row
MATCH (entry) WHERE elementId(entry) = $nodes + row[0]
MATCH (r) WHERE elementId(r) = $nodes + row[1]
CREATE (entry)-[:RESEMBLES {
  since: $run, content_hash: row[4], match_weight: row[2], blocking_rule: row[3]
}]->(r);

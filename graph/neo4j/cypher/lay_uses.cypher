// Replaces the attributes that records give.
UNWIND $rows AS row
MATCH (r:Record {record_id: row[0]})
CALL (r) {
  MATCH (r)-[u:USES]->(:Attribute)
  WHERE u.since <= $moment AND coalesce(u.until, $moment + 1) > $moment
    AND coalesce(u.gone, 0) <= $run
  SET u.gone = $moment
}
FOREACH (given IN row[1] |
  MERGE (a:Attribute {attribute_id: given[0]})
  ON CREATE SET a.kind = given[1], a.value = given[2]
  CREATE (r)-[:USES {since: $moment, until: $end}]->(a)
);

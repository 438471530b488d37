// Replaces the identity of records. A row is a record and a list of its identity, or of none.
UNWIND $rows AS row
MERGE (r:Record {record_id: row[0]})
WITH row, r
CALL (r) {
  MATCH (r)-[m:BELONGS_TO]->(:Identity)
  WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
    AND coalesce(m.gone, 0) <= $run
  SET m.gone = $moment
}
FOREACH (identity_id IN row[1] |
  MERGE (i:Identity {identity_id: identity_id})
  CREATE (r)-[:BELONGS_TO {since: $moment, until: $end}]->(i)
);

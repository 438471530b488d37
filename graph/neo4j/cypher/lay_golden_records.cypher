// Replaces the golden records of identities.
UNWIND $rows AS row
MERGE (i:Identity {identity_id: row[0]})
WITH row, i
CALL (i) {
  MATCH (i)-[h:HAS_GOLDEN]->(:GoldenRecord)
  WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
    AND coalesce(h.gone, 0) <= $run
  SET h.gone = $moment
}
FOREACH (golden IN row[1] |
  CREATE (i)-[:HAS_GOLDEN {since: $moment, until: $end}]->
         (:GoldenRecord {golden_values: golden[0], name: golden[1]})
);

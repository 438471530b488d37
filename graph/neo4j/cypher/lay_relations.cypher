// Replaces what sources say of records and of others that are served; of a record that is gone,
// also what others say of it.
UNWIND $rows AS row
MATCH (r:Record {record_id: row[0]})
CALL (r, row) {
  MATCH (r)-[said:RELATED_TO]-(:Record)
  WHERE said.since <= $moment AND coalesce(said.until, $moment + 1) > $moment
    AND coalesce(said.gone, 0) <= $run
    AND (row[2] OR startNode(said) = r)
  SET said.gone = $moment
}
CALL (r, row) {
  UNWIND row[1] AS said
  MATCH (other:Record {record_id: said[0]})
  WHERE EXISTS {
    MATCH (other)-[:HAS_VERSION]->(v:RecordVersion)
    WHERE v.since <= $moment AND coalesce(v.until, $moment + 1) > $moment
      AND NOT $run < coalesce(v.gone, 0) <= $moment
  }
  CREATE (r)-[:RELATED_TO {since: $moment, until: $end, kind: said[1]}]->(other)
};

// Serves versions of records and their keys instead of what is served of these records. A row is a
// record id, a list of the new version, empty where the record is gone, and a list of its keys.
UNWIND $rows AS row
MERGE (r:Record {record_id: row[0]})
WITH row, r
CALL (r) {
  MATCH (r)-[:HAS_VERSION]->(v:RecordVersion)
  WHERE v.since <= $moment AND coalesce(v.until, $moment + 1) > $moment
    AND coalesce(v.gone, 0) <= $run
  SET v.gone = $moment
}
CALL (row) {
  MATCH (k:RecordKeys {record_id: row[0]})
  WHERE k.since <= $moment AND coalesce(k.until, $moment + 1) > $moment
    AND coalesce(k.gone, 0) <= $run
  SET k.gone = $moment
}
FOREACH (version IN row[1] |
  CREATE (r)-[:HAS_VERSION]->(:RecordVersion {
    since: $moment, until: $end, role: version[0], source_record: version[1],
    standardised: version[2], layout_no: $layout_no
  })
)
FOREACH (keys IN row[2] |
  CREATE (:RecordKeys {
    record_id: row[0], keys: keys[0], n_keys: keys[1], since: $moment, until: $end
  })
);

UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[:HAS_VERSION]->(v:RecordVersion)
WHERE v.since <= $moment AND coalesce(v.until, $moment + 1) > $moment
  AND NOT $run < coalesce(v.gone, 0) <= $moment
RETURN record_id, v.role, v.standardised, v.layout_no;

UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[:HAS_VERSION]->(v:RecordVersion)
WHERE v.since <= $run AND coalesce(v.until, $run + 1) > $run
RETURN record_id, v.role, v.standardised, v.layout_no;

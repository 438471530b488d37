// Puts records back to what they were before an earlier attempt at this run.
UNWIND $ids AS id
MATCH (:Record {record_id: id})-[:HAS_VERSION]->(v:RecordVersion)
WHERE v.since = $run OR v.until = $run
SET v.until = CASE WHEN v.since = $run THEN $run ELSE null END;

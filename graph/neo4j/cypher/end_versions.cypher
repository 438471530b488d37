UNWIND $ids AS id
MATCH (:Record {record_id: id})-[:HAS_VERSION]->(v:RecordVersion)
WHERE v.until IS NULL
SET v.until = $run;

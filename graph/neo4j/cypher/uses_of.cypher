UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[u:USES]->(a:Attribute)
WHERE u.since <= $run AND coalesce(u.until, $run + 1) > $run
RETURN record_id, a.attribute_id;

UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[m:BELONGS_TO]->(i:Identity)
WHERE m.since <= $run AND coalesce(m.until, $run + 1) > $run
RETURN record_id, i.identity_id;

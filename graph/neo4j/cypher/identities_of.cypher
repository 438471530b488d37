UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[m:BELONGS_TO]->(i:Identity)
WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
  AND NOT $run < coalesce(m.gone, 0) <= $moment
RETURN record_id, i.identity_id;

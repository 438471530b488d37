UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[u:USES]->(a:Attribute)
WHERE u.since <= $moment AND coalesce(u.until, $moment + 1) > $moment
  AND NOT $run < coalesce(u.gone, 0) <= $moment
RETURN record_id, a.attribute_id;

MATCH (r:Record)-[m:BELONGS_TO]->(i:Identity)
WHERE m.since <= $run AND coalesce(m.until, $run + 1) > $run
RETURN r.record_id, i.identity_id;

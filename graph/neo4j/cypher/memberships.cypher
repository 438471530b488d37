MATCH (r:Record)-[m:BELONGS_TO]->(i:Identity)
WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
  AND NOT $run < coalesce(m.gone, 0) <= $moment
RETURN r.record_id, i.identity_id;

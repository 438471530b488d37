MATCH (r:Record)-[:HAS_VERSION]->(v:RecordVersion)
WHERE v.since <= $run AND coalesce(v.until, $run + 1) > $run
RETURN r.record_id, v.content_hash;

// What an earlier attempt at this run staged.
MATCH (r:Record)-[:HAS_VERSION]->(v:RecordVersion)
WHERE v.since = $run AND v.until IS NULL
RETURN r.record_id, v.content_hash;

// What an earlier attempt at this run ended.
MATCH (v:RecordVersion {until: $run})
WHERE v.since < $run
MATCH (r:Record)-[:HAS_VERSION]->(v)
RETURN r.record_id;

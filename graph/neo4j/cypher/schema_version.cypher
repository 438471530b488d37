OPTIONAL MATCH (s:Store {name: 'identigraph'})
RETURN s.schema_version, s IS NULL AND EXISTS { MATCH (other) };

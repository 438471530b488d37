MATCH (s:Store {name: 'identigraph'})
SET s.schema_version = CASE WHEN s.schema_version < $version THEN $version ELSE s.schema_version END;

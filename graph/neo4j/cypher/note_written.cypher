MATCH (s:Store {name: 'identigraph'})
SET s.written = $written;

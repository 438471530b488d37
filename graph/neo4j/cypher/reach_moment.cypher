MATCH (s:Store {name: 'identigraph'})
SET s.moment = $moment;

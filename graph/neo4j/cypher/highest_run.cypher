MATCH (s:Store {name: 'identigraph'})
RETURN s.highest_run;

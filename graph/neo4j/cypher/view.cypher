// What a view rests on: the run that is served now, and the newest event.
MATCH (s:Store {name: 'identigraph'})
OPTIONAL MATCH (run:Run {run_no: s.served})
RETURN coalesce(s.served, 0), s.last_event, run {.*};

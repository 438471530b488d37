// What a view rests on: the run that is served now, the newest live moment of it, the newest event,
// and how much was written and decided.
MATCH (s:Store {name: 'identigraph'})
OPTIONAL MATCH (run:Run {run_no: s.served})
RETURN coalesce(s.served, 0), coalesce(s.moment, toFloat(s.served), 0.0), s.last_event, run {.*},
  COUNT { MATCH (:LiveChange) }, COUNT { MATCH (:Decision) } + COUNT { MATCH (:Withdrawal) };

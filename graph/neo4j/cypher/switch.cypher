// Serves a run: its events get their sequence and the pointer moves, whatever their number.
MATCH (run:Run {run_no: $run_no, run_id: $run.run_id, status: 'building'})
MATCH (s:Store {name: 'identigraph'})
OPTIONAL MATCH (former:Run {run_no: s.served})
SET former.status = 'superseded', former.superseded_at = timestamp()
WITH run, s
SET run += $run, run.status = 'published', run.is_kept = true
CREATE (:EventBatch {
  batch_no: $run_no, run_id: $run.run_id, at: $run.finished_at, first: s.last_event + 1,
  n_events: $n_events
})
SET s.last_event = s.last_event + $n_events, s.served = $run_no, s.moment = toFloat($run_no)
RETURN run.run_no;

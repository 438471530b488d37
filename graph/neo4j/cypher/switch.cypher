// Publishes a run: its events get their sequence, whatever their number.
MATCH (run:Run {run_no: $run_no, run_id: $run.run_id, status: 'building'})
OPTIONAL MATCH (former:Run {run_no: $former})
SET former.status = 'superseded', former.superseded_at = timestamp()
WITH run
SET run += $run, run.status = 'published', run.is_kept = true
CREATE (:EventBatch {
  batch_no: $run_no, run_id: $run.run_id, at: $run.finished_at, first: $last_event + 1,
  n_events: $n_events
});

MATCH (s:Store {name: 'identigraph'})
OPTIONAL MATCH (former:Run {run_id: $run.run_id})
DELETE former
WITH DISTINCT s
SET s.highest_run = CASE WHEN s.highest_run < $run_no THEN $run_no ELSE s.highest_run END,
    s.position = coalesce(s.position, 0) + 1
CREATE (run:Run)
SET run = $run, run.run_no = $run_no, run.status = 'building', run.position = s.position,
    run.is_kept = true
WITH run
UNWIND range(1, $n_lanes) AS lane
CREATE (:BuildLane {lane: lane, run_no: $run_no, run_id: $run.run_id, n_loads: 0});

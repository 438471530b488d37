MATCH (run:Run {run_no: $run_no, run_id: $run_id, status: 'building'})
RETURN run.run_id;

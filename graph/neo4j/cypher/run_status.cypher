MATCH (run:Run {run_id: $run_id})
RETURN run.status;

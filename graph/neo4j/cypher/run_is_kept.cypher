MATCH (run:Run {run_no: $run})
RETURN run.is_kept;

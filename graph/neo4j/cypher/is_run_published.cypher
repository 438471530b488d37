MATCH (run:Run {run_no: $run_no})
RETURN count(run);

MATCH (run:Run)
WHERE run.is_kept AND run.status IN ['published', 'superseded']
RETURN min(run.run_no);

MATCH (run:Run)
RETURN run {.*}
ORDER BY run.position DESC
LIMIT $limit;

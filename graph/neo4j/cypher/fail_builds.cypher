// The next run takes over the number of one that was not finished, and with it what it loaded.
MATCH (run:Run {status: 'building'})
WITH run, run.run_no AS run_no
SET run.status = 'failed', run.run_no = null
RETURN run_no;

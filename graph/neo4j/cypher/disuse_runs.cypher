// The served run and the one before are kept; others may go when no view can be reading them.
MATCH (run:Run {status: 'superseded', is_kept: true})
WITH run ORDER BY run.run_no DESC SKIP 1
WHERE run.superseded_at <= timestamp() - $grace_ms
SET run.is_kept = false;

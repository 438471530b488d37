// Puts keys back to what they were before an earlier attempt at this run.
MATCH (k:RecordKeys)
WHERE k.since = $run OR k.until = $run
CALL (k) {
  SET k.until = CASE WHEN k.since = $run THEN $run ELSE null END
} IN TRANSACTIONS OF 10000 ROWS;

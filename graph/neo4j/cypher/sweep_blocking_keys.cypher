MATCH (k:RecordKeys)
WHERE k.until <= $oldest
CALL (k) { DELETE k } IN TRANSACTIONS OF 10000 ROWS;

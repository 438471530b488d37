MATCH (v:RecordVersion)
WHERE v.until <= $oldest
CALL (v) { DETACH DELETE v } IN TRANSACTIONS OF 2000 ROWS;

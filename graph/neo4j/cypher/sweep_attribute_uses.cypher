MATCH ()-[x:USES]->()
WHERE x.until <= $oldest
CALL (x) { DELETE x } IN TRANSACTIONS OF 10000 ROWS;

MATCH (e:IdentityEvent {batch_no: $batch_no})
CALL (e) { DELETE e } IN TRANSACTIONS OF 10000 ROWS;

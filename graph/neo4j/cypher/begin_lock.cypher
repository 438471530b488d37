// Takes the lock of the store: runs begin and are switched to, live writes are applied and people
// decide one at a time.
MATCH (s:Store {name: 'identigraph'})
SET s.turn = s.turn + 1;

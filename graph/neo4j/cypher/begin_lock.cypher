// Takes the lock of the store: runs begin, and are switched to, one at a time.
MATCH (s:Store {name: 'identigraph'})
SET s.turn = s.turn + 1
RETURN s.highest_run;

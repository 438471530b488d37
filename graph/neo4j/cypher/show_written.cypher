// Serves what was written by those who held the lock before: it is all there, since the lock is held
// until a transaction has been committed whole.
MATCH (s:Store {name: 'identigraph'})
WHERE s.now <> s.written
SET s.now = s.written;

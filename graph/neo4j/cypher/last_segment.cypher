// Takes the lock that keeps two ingests from being the next.
MATCH (s:Store {name: 'identigraph'})
SET s.turn = s.turn + 1
WITH s
OPTIONAL MATCH (segment:Segment)
RETURN coalesce(max(segment.sequence), 0);

// What a view rests on: the run that is served now, the newest live moment of it, the newest event,
// the newest live change, and how much was decided. All but the last is one property, since the server
// shows a transaction that is being committed piece by piece.
MATCH (s:Store {name: 'identigraph'})
WITH s.now AS now
OPTIONAL MATCH (run:Run {run_no: toInteger(now[0])})
RETURN toInteger(now[0]), now[1], toInteger(now[2]), run {.*}, toInteger(now[3]),
  COUNT { MATCH (:Decision) } + COUNT { MATCH (:Withdrawal) };

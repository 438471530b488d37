// Writing to one node makes others who want to decide wait for this transaction.
MATCH (s:Store {name: 'identigraph'})
SET s.turn = s.turn + 1;

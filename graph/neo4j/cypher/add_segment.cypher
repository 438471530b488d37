CREATE (s:Segment {
  sequence: $sequence, source: $source, delivery: $delivery, at: $at, live_until: $live_until
})
WITH s
UNWIND $files AS file
CREATE (s)-[:READ {position: file.position}]->(f:IngestedFile)
SET f = file.values;

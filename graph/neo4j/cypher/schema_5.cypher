// What is written live, over the run that is served.
CREATE CONSTRAINT live_request IF NOT EXISTS FOR (n:LiveRequest) REQUIRE n.request_key IS UNIQUE;
CREATE CONSTRAINT live_write IF NOT EXISTS FOR (n:LiveWrite) REQUIRE n.moment IS UNIQUE;
CREATE INDEX keys_record IF NOT EXISTS FOR (n:RecordKeys) ON (n.record_id);
CREATE INDEX event_batch_first IF NOT EXISTS FOR (n:EventBatch) ON (n.first);
CALL db.awaitIndexes(600);
// What is served is one property, which is read whole: run, moment, newest event, newest live change.
MATCH (s:Store {name: 'identigraph'})
WHERE s.now IS NULL
SET s.now = [
  toFloat(coalesce(s.served, 0)), toFloat(coalesce(s.served, 0)), toFloat(s.last_event), 0.0
];
MATCH (s:Store {name: 'identigraph'})
SET s.written = coalesce(s.written, s.now)
REMOVE s.served, s.last_event;

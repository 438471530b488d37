// What is written live, over the run that is served.
CREATE CONSTRAINT live_request IF NOT EXISTS FOR (n:LiveRequest) REQUIRE n.request_key IS UNIQUE;
CREATE CONSTRAINT live_write IF NOT EXISTS FOR (n:LiveWrite) REQUIRE n.moment IS UNIQUE;
CREATE INDEX keys_record IF NOT EXISTS FOR (n:RecordKeys) ON (n.record_id);
CREATE INDEX event_batch_first IF NOT EXISTS FOR (n:EventBatch) ON (n.first);
CALL db.awaitIndexes(600);

// The first schema. Versions of things are told apart by `since` and `until`, which are numbers of
// runs: a thing is served in run N when since <= N and (until is null or until > N).
CREATE CONSTRAINT store_name IF NOT EXISTS FOR (n:Store) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT run_id IF NOT EXISTS FOR (n:Run) REQUIRE n.run_id IS UNIQUE;
CREATE CONSTRAINT run_no IF NOT EXISTS FOR (n:Run) REQUIRE n.run_no IS UNIQUE;
CREATE CONSTRAINT record_id IF NOT EXISTS FOR (n:Record) REQUIRE n.record_id IS UNIQUE;
CREATE CONSTRAINT identity_id IF NOT EXISTS FOR (n:Identity) REQUIRE n.identity_id IS UNIQUE;
CREATE CONSTRAINT layout_no IF NOT EXISTS FOR (n:RecordLayout) REQUIRE n.layout_no IS UNIQUE;
CREATE CONSTRAINT build_lane IF NOT EXISTS FOR (n:BuildLane) REQUIRE n.lane IS UNIQUE;
CREATE CONSTRAINT event_batch IF NOT EXISTS FOR (n:EventBatch) REQUIRE n.batch_no IS UNIQUE;
CREATE CONSTRAINT event_position IF NOT EXISTS
FOR (n:IdentityEvent) REQUIRE (n.batch_no, n.position) IS UNIQUE;
CREATE INDEX event_identity IF NOT EXISTS FOR (n:IdentityEvent) ON (n.identity_id);
CREATE CONSTRAINT segment_sequence IF NOT EXISTS FOR (n:Segment) REQUIRE n.sequence IS UNIQUE;
CREATE CONSTRAINT ingested_file IF NOT EXISTS
FOR (n:IngestedFile) REQUIRE (n.file_id, n.source, n.mapping_version) IS UNIQUE;
CREATE CONSTRAINT decision_id IF NOT EXISTS FOR (n:Decision) REQUIRE n.decision_id IS UNIQUE;
// Only what has ended is in these, so that a load pays nothing for them.
CREATE INDEX version_until IF NOT EXISTS FOR (n:RecordVersion) ON (n.until);
CREATE INDEX keys_until IF NOT EXISTS FOR (n:RecordKeys) ON (n.until);
CREATE INDEX belongs_until IF NOT EXISTS FOR ()-[r:BELONGS_TO]-() ON (r.until);
CREATE INDEX linked_until IF NOT EXISTS FOR ()-[r:LINKED_TO]-() ON (r.until);
CREATE INDEX resembles_until IF NOT EXISTS FOR ()-[r:RESEMBLES]-() ON (r.until);
CREATE INDEX golden_until IF NOT EXISTS FOR ()-[r:HAS_GOLDEN]-() ON (r.until);
// Blocking keys are words of a text: one document a record, where a node a key would be ten.
CREATE FULLTEXT INDEX record_keys IF NOT EXISTS FOR (n:RecordKeys) ON EACH [n.keys]
OPTIONS { indexConfig: { `fulltext.analyzer`: 'whitespace' } };
CALL db.awaitIndexes(600);
MERGE (s:Store {name: 'identigraph'})
ON CREATE SET s.schema_version = 0, s.last_event = 0, s.highest_run = 0, s.turn = 0;

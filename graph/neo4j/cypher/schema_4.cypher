// What was written outside runs, in order.
CREATE CONSTRAINT live_change IF NOT EXISTS FOR (n:LiveChange) REQUIRE n.sequence IS UNIQUE;
CREATE INDEX live_change_record IF NOT EXISTS FOR (n:LiveChange) ON (n.record_id);

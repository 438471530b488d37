// How well identities hold together, and which to review first.
CREATE INDEX quality_until IF NOT EXISTS FOR ()-[r:HAS_QUALITY]-() ON (r.until);
CREATE INDEX quality_concern IF NOT EXISTS FOR (n:IdentityQuality) ON (n.concern);
CALL db.awaitIndexes(600);

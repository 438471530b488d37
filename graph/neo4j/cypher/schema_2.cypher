// What records share, what sources say of two records, and names to look for.
CREATE CONSTRAINT attribute_id IF NOT EXISTS FOR (n:Attribute) REQUIRE n.attribute_id IS UNIQUE;
CREATE INDEX uses_until IF NOT EXISTS FOR ()-[r:USES]-() ON (r.until);
CREATE INDEX related_until IF NOT EXISTS FOR ()-[r:RELATED_TO]-() ON (r.until);
CREATE FULLTEXT INDEX names IF NOT EXISTS FOR (n:GoldenRecord) ON EACH [n.name];
CALL db.awaitIndexes(600);

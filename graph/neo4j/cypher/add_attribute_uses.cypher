UNWIND $rows AS row
MATCH (r) WHERE elementId(r) = $nodes + row[0]
MATCH (a) WHERE elementId(a) = $nodes + row[1]
CREATE (r)-[:USES {since: $run, content_hash: row[2]}]->(a);

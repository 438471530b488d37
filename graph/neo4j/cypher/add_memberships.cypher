UNWIND $rows AS row
MATCH (r) WHERE elementId(r) = $nodes + row[0]
MATCH (i) WHERE elementId(i) = $nodes + row[1]
CREATE (r)-[:BELONGS_TO {since: $run, content_hash: row[2]}]->(i);

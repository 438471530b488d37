UNWIND $rows AS row
MATCH (r) WHERE elementId(r) = $nodes + row[0]
MATCH (other) WHERE elementId(other) = $nodes + row[1]
CREATE (r)-[:RELATED_TO {since: $run, kind: row[2], content_hash: row[3]}]->(other);

UNWIND $rows AS row
MATCH (i) WHERE elementId(i) = $nodes + row[0]
CREATE (i)-[:HAS_QUALITY {since: $run, content_hash: row[3]}]->
       (:IdentityQuality {concern: row[1], quality: row[2]});

UNWIND $rows AS row
MATCH (i) WHERE elementId(i) = $nodes + row[0]
CREATE (i)-[:HAS_GOLDEN {since: $run, content_hash: row[3]}]->
       (:GoldenRecord {golden_values: row[1], name: row[2]});

UNWIND $rows AS row
MATCH (k) WHERE elementId(k) = $nodes + row[0]
SET k.until = $run;

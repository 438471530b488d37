UNWIND $rows AS row
MATCH ()-[x]->() WHERE elementId(x) = $relationships + row[0]
SET x.until = $run;

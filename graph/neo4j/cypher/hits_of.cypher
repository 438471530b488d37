UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[h:RESEMBLES]-(:Record)
WHERE h.since <= $run AND coalesce(h.until, $run + 1) > $run
WITH DISTINCT h
RETURN startNode(h).record_id, endNode(h).record_id, h.match_weight;

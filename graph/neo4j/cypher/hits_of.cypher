UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[h:RESEMBLES]-(:Record)
WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
  AND NOT $run < coalesce(h.gone, 0) <= $moment
WITH DISTINCT h
RETURN startNode(h).record_id, endNode(h).record_id, h.match_weight;

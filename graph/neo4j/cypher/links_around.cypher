UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[l:LINKED_TO]-(:Record)
WHERE l.since <= $run AND coalesce(l.until, $run + 1) > $run 
  AND l.match_weight + coalesce(l.source_weight, 0.0) >= $at_least
RETURN startNode(l).record_id, endNode(l).record_id, l.match_weight, l.blocking_rule,
  coalesce(l.source_weight, 0.0);

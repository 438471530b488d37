UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[l:LINKED_TO]-(:Record)
WHERE l.since <= $moment AND coalesce(l.until, $moment + 1) > $moment
  AND NOT $run < coalesce(l.gone, 0) <= $moment
  AND l.match_weight + coalesce(l.source_weight, 0.0) >= $at_least
RETURN startNode(l).record_id, endNode(l).record_id, l.match_weight, l.blocking_rule,
  coalesce(l.source_weight, 0.0);

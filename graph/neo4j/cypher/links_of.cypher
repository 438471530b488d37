MATCH (:Record {record_id: $record_id})-[l:LINKED_TO]-(:Record)
WHERE l.since <= $run AND coalesce(l.until, $run + 1) > $run
WITH l, startNode(l).record_id AS left_id, endNode(l).record_id AS right_id
RETURN left_id, right_id, l.match_weight, l.blocking_rule,
  coalesce(l.source_weight, 0.0)
ORDER BY l.match_weight DESC, left_id, right_id
LIMIT $limit;

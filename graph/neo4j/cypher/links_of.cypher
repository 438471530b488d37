MATCH (:Record {record_id: $record_id})-[l:LINKED_TO]-(:Record)
WHERE l.since <= $moment AND coalesce(l.until, $moment + 1) > $moment
  AND NOT $run < coalesce(l.gone, 0) <= $moment
WITH l, startNode(l).record_id AS left_id, endNode(l).record_id AS right_id
RETURN left_id, right_id, l.match_weight, l.blocking_rule,
  coalesce(l.source_weight, 0.0)
ORDER BY l.match_weight DESC, left_id, right_id
LIMIT $limit;

UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[l:LINKED_TO]->(other:Record)
WHERE l.since <= $run AND coalesce(l.until, $run + 1) > $run
RETURN record_id, other.record_id, l.match_weight, l.blocking_rule,
  coalesce(l.source_weight, 0.0);

UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[said:RELATED_TO]-(:Record)
WHERE said.since <= $run AND coalesce(said.until, $run + 1) > $run
WITH DISTINCT said
RETURN startNode(said).record_id, endNode(said).record_id, said.kind;

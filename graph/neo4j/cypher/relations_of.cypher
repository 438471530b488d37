UNWIND $record_ids AS record_id
MATCH (:Record {record_id: record_id})-[said:RELATED_TO]-(:Record)
WHERE said.since <= $moment AND coalesce(said.until, $moment + 1) > $moment
  AND NOT $run < coalesce(said.gone, 0) <= $moment
WITH DISTINCT said
RETURN startNode(said).record_id, endNode(said).record_id, said.kind;

// Makes events count that follow the newest one; live batches are numbered below 0.
MATCH (s:Store {name: 'identigraph'})
CREATE (:EventBatch {
  batch_no: -(s.last_event + 1), run_id: $run_id, at: $at, first: s.last_event + 1,
  n_events: size($rows)
})
WITH s, s.last_event AS last_event
SET s.last_event = last_event + size($rows)
WITH last_event
UNWIND $rows AS row
CREATE (e:IdentityEvent {
  batch_no: -(last_event + 1), position: row[0], identity_id: row[1], kind: row[2],
  related_ids: row[3], added_record_ids: row[4], removed_record_ids: row[5], cause: row[6]
})
RETURN last_event + row[0] AS sequence
ORDER BY sequence;

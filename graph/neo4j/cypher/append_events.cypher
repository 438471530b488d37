// Makes events follow the newest one; live batches are numbered below 0.
CREATE (:EventBatch {
  batch_no: -($last_event + 1), run_id: $run_id, at: $at, first: $last_event + 1,
  n_events: size($rows)
})
WITH 1 AS noted
UNWIND $rows AS row
CREATE (:IdentityEvent {
  batch_no: -($last_event + 1), position: row[0], identity_id: row[1], kind: row[2],
  related_ids: row[3], added_record_ids: row[4], removed_record_ids: row[5], cause: row[6]
});

UNWIND $rows AS row
CREATE (:IdentityEvent {
  batch_no: $batch_no, position: row[0], identity_id: row[1], kind: row[2], related_ids: row[3],
  added_record_ids: row[4], removed_record_ids: row[5], cause: row[6]
});

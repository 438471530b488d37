UNWIND $rows AS row
CREATE (:RecordKeys {
  record_id: row[0], keys: row[1], n_keys: row[2], content_hash: row[3], since: $run
});

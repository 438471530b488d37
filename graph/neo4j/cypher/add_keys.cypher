UNWIND range(0, size($columns[0]) - 1) AS n
CREATE (:RecordKeys {
  record_id: $columns[0][n], keys: $columns[1][n], n_keys: $columns[2][n],
  content_hash: $columns[3][n], since: $run
});

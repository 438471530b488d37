UNWIND $rows AS row
CREATE (:LiveChange {
  sequence: row[0], record_id: row[1], source_record: row[2], layout_no: $layout_no, at: $at,
  author: $author
});

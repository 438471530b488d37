// What was written outside runs after a live change and up to another: of each record the newest.
MATCH (c:LiveChange)
WHERE $after < c.sequence <= $until
WITH c.record_id AS record_id, max(c.sequence) AS sequence
MATCH (newest:LiveChange {sequence: sequence})
OPTIONAL MATCH (l:RecordLayout {layout_no: newest.layout_no})
RETURN record_id, newest.source_record, l.source_layout
ORDER BY record_id;

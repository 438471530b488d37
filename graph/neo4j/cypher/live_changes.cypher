// What was written outside runs after a live change: of each record the newest.
MATCH (c:LiveChange)
WHERE c.sequence > $after
WITH c ORDER BY c.sequence
WITH c.record_id AS record_id, last(collect(c)) AS newest
OPTIONAL MATCH (l:RecordLayout {layout_no: newest.layout_no})
RETURN record_id, newest.source_record, l.source_layout ORDER BY record_id;

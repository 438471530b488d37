UNWIND $rows AS row
MATCH (r) WHERE elementId(r) = $nodes + row[0]
CALL (r) {
  MATCH (r)-[:HAS_VERSION]->(former:RecordVersion)
  WHERE former.until IS NULL
  SET former.until = $run
}
CREATE (r)-[:HAS_VERSION]->(:RecordVersion {
  since: $run, role: row[1], content_hash: row[2], source_record: row[3], standardised: row[4],
  layout_no: $layout_no
});

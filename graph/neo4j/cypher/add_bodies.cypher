UNWIND range(0, size($columns[0]) - 1) AS n
MATCH (r) WHERE elementId(r) = $nodes + $columns[0][n]
CALL (r) {
  MATCH (r)-[:HAS_VERSION]->(former:RecordVersion)
  WHERE former.until IS NULL
  SET former.until = $run
}
CREATE (r)-[:HAS_VERSION]->(:RecordVersion {
  since: $run, role: $columns[1][n], content_hash: $columns[4][n],
  source_record: $columns[2][n], standardised: $columns[3][n], layout_no: $layout_no
});

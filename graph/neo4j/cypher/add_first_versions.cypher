// Where no record was there before this run, none has a former version to end.
UNWIND $rows AS row
MATCH (r) WHERE elementId(r) = $nodes + row[0]
CREATE (r)-[:HAS_VERSION]->(:RecordVersion {
  since: $run, role: row[1], content_hash: row[2], source_record: row[3], standardised: row[4],
  layout_no: $layout_no
});

MATCH (s:Segment)
RETURN s.sequence, s.source, s.delivery, s.at, s.live_until, COLLECT {
  MATCH (s)-[read:READ]->(f:IngestedFile)
  RETURN [f.file_id, f.file_name, f.source, f.mapping_version, f.n_rows, f.n_records,
          f.n_quarantined, f.n_excluded]
  ORDER BY read.position
}
ORDER BY s.sequence;

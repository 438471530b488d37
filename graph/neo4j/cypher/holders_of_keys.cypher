UNWIND $keys AS key
CALL (key) {
  CALL db.index.fulltext.queryNodes('record_keys', key) YIELD node
  WITH node
  WHERE node.since <= $run AND coalesce(node.until, $run + 1) > $run
  RETURN node.record_id AS record_id
  LIMIT $most
}
RETURN key, collect(record_id);

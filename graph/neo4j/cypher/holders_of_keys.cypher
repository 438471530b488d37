UNWIND $keys AS key
CALL (key) {
  CALL db.index.fulltext.queryNodes('record_keys', key) YIELD node
  WITH node
  WHERE node.since <= $moment AND coalesce(node.until, $moment + 1) > $moment
    AND NOT $run < coalesce(node.gone, 0) <= $moment
  RETURN node.record_id AS record_id
  LIMIT $most
}
RETURN key, collect(record_id);

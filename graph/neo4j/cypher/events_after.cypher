// From the batch that the sequence falls into on. The last place of a batch has an event, others
// may have none: no more batches, and no more of each, are read than are asked for.
CALL () {
  MATCH (b:EventBatch)
  WHERE b.first <= $sequence AND b.n_events > 0
  RETURN b
  ORDER BY b.first DESC
  LIMIT 1
  UNION ALL
  MATCH (b:EventBatch)
  WHERE b.first > $sequence AND b.n_events > 0
  RETURN b
  ORDER BY b.first
  LIMIT $limit
}
CALL (b) {
  MATCH (e:IdentityEvent)
  WHERE e.batch_no = b.batch_no AND e.position > $sequence + 1 - b.first
  RETURN e
  ORDER BY e.batch_no, e.position
  LIMIT $limit
}
RETURN b.first + e.position - 1 AS sequence, e.identity_id, e.kind, b.run_id, b.at, e.related_ids,
       e.added_record_ids, e.removed_record_ids, e.cause
ORDER BY sequence
LIMIT $limit;

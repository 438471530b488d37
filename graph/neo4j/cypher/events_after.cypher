MATCH (b:EventBatch)
WHERE b.first + b.n_events > $sequence + 1
// No more of a batch than are asked for: the first batch holds an event for every identity.
WITH b, CASE WHEN b.first > $sequence THEN 0 ELSE $sequence + 1 - b.first END AS start
MATCH (e:IdentityEvent {batch_no: b.batch_no})
WHERE e.position > start AND e.position <= start + $limit
RETURN b.first + e.position - 1 AS sequence, e.identity_id, e.kind, b.run_id, b.at, e.related_ids,
       e.added_record_ids, e.removed_record_ids, e.cause
ORDER BY sequence
LIMIT $limit;

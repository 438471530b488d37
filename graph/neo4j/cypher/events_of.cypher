MATCH (e:IdentityEvent {identity_id: $identity_id})
MATCH (b:EventBatch {batch_no: e.batch_no})
WHERE b.first + e.position - 1 <= $last_event
RETURN b.first + e.position - 1 AS sequence, e.identity_id, e.kind, b.run_id, b.at, e.related_ids,
       e.added_record_ids, e.removed_record_ids, e.cause
ORDER BY sequence;

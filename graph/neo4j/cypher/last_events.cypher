// The newest event of each identity that a view sees, and whether it holds records.
UNWIND $identity_ids AS identity_id
OPTIONAL CALL (identity_id) {
  MATCH (e:IdentityEvent {identity_id: identity_id})
  MATCH (b:EventBatch {batch_no: e.batch_no})
  WHERE b.first + e.position - 1 <= $last_event
  RETURN e
  ORDER BY b.first + e.position DESC
  LIMIT 1
}
RETURN identity_id, e.kind, e.related_ids, EXISTS {
  MATCH (:Identity {identity_id: identity_id})<-[m:BELONGS_TO]-()
  WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
    AND NOT $run < coalesce(m.gone, 0) <= $moment
};

// Leaves out staged events of identities; returns the place of the last event that is left.
CALL () {
  UNWIND $identity_ids AS identity_id
  MATCH (e:IdentityEvent {identity_id: identity_id})
  WHERE e.batch_no = $batch_no
  DELETE e
}
OPTIONAL MATCH (left:IdentityEvent {batch_no: $batch_no})
RETURN coalesce(max(left.position), 0);

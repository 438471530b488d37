UNWIND $identity_ids AS identity_id
MATCH (:Identity {identity_id: identity_id})<-[m:BELONGS_TO]-(r:Record)
WHERE m.since <= $run AND coalesce(m.until, $run + 1) > $run
RETURN identity_id, collect(r.record_id);

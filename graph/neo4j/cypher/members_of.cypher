UNWIND $identity_ids AS identity_id
MATCH (:Identity {identity_id: identity_id})<-[m:BELONGS_TO]-(r:Record)
WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
  AND NOT $run < coalesce(m.gone, 0) <= $moment
RETURN identity_id, collect(r.record_id);

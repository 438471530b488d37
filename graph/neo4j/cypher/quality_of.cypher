UNWIND $identity_ids AS identity_id
MATCH (:Identity {identity_id: identity_id})-[h:HAS_QUALITY]->(q:IdentityQuality)
WHERE h.since <= $run AND coalesce(h.until, $run + 1) > $run
RETURN identity_id, q.quality;

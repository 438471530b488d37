UNWIND $identity_ids AS identity_id
MATCH (:Identity {identity_id: identity_id})-[h:HAS_QUALITY]->(q:IdentityQuality)
WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
  AND NOT $run < coalesce(h.gone, 0) <= $moment
RETURN identity_id, q.quality;

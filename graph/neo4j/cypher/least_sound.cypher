MATCH (q:IdentityQuality)
MATCH (q)<-[h:HAS_QUALITY]-(i:Identity)
WHERE h.since <= $run AND coalesce(h.until, $run + 1) > $run
  AND q.quality CONTAINS $mark // an empty mark stands in every text
RETURN i.identity_id AS identity_id, q.quality
ORDER BY q.concern DESC, identity_id
SKIP $offset
LIMIT $limit;

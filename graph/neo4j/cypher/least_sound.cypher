MATCH (q:IdentityQuality)
MATCH (q)<-[h:HAS_QUALITY]-(i:Identity)
WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
  AND NOT $run < coalesce(h.gone, 0) <= $moment
  AND q.quality CONTAINS $mark // an empty mark stands in every text
RETURN i.identity_id AS identity_id, q.quality
ORDER BY q.concern DESC, identity_id
SKIP $offset
LIMIT $limit;

MATCH (i:Identity {identity_id: $identity_id})
RETURN
  COLLECT {
    MATCH (i)<-[m:BELONGS_TO]-(r:Record)
    WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
      AND NOT $run < coalesce(m.gone, 0) <= $moment
    RETURN r.record_id
  },
  COLLECT {
    MATCH (i)-[h:HAS_GOLDEN]->(g:GoldenRecord)
    WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
      AND NOT $run < coalesce(h.gone, 0) <= $moment
    RETURN g.golden_values
  };

MATCH (i:Identity {identity_id: $identity_id})
RETURN
  COLLECT {
    MATCH (i)<-[m:BELONGS_TO]-(r:Record)
    WHERE m.since <= $run AND coalesce(m.until, $run + 1) > $run
    RETURN r.record_id
  },
  COLLECT {
    MATCH (i)-[h:HAS_GOLDEN]->(g:GoldenRecord)
    WHERE h.since <= $run AND coalesce(h.until, $run + 1) > $run
    RETURN g.golden_values
  };

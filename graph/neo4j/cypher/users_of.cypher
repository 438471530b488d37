UNWIND $attribute_ids AS attribute_id
MATCH (a:Attribute {attribute_id: attribute_id})
RETURN attribute_id,
  COUNT {
    MATCH (a)<-[u:USES]-(:Record)
    WHERE u.since <= $run AND coalesce(u.until, $run + 1) > $run
  },
  COLLECT {
    MATCH (a)<-[u:USES]-(r:Record)
    WHERE u.since <= $run AND coalesce(u.until, $run + 1) > $run AND r.record_id > $after
    RETURN r.record_id
    ORDER BY r.record_id
    LIMIT $limit
  };

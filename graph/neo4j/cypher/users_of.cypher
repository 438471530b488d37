// The server compares two stored texts by code point, as it sorts, but a stored one with a
// parameter by UTF-16 unit. So the page begins after the id as it is stored, which is read from
// the node itself: beside the look-up, it would be taken from the parameter.
OPTIONAL MATCH (found:Record {record_id: $after})
WITH elementId(found) AS place
OPTIONAL MATCH (last) WHERE elementId(last) = place
WITH coalesce(last.record_id, $after) AS after
UNWIND $attribute_ids AS attribute_id
MATCH (a:Attribute {attribute_id: attribute_id})
RETURN attribute_id,
  COUNT {
    MATCH (a)<-[u:USES]-(:Record)
    WHERE u.since <= $moment AND coalesce(u.until, $moment + 1) > $moment
      AND NOT $run < coalesce(u.gone, 0) <= $moment
  },
  COLLECT {
    MATCH (a)<-[u:USES]-(r:Record)
    WHERE u.since <= $moment AND coalesce(u.until, $moment + 1) > $moment
      AND NOT $run < coalesce(u.gone, 0) <= $moment
    WITH r.record_id AS record_id, after
    WHERE record_id > after
    RETURN record_id
    ORDER BY record_id
    LIMIT $limit
  };

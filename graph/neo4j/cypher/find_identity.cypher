UNWIND $ids AS id
MATCH (x:Identity {identity_id: id})
RETURN id, elementId(x);

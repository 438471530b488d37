UNWIND $ids AS id
CREATE (i:Identity {identity_id: id})
RETURN id, elementId(i);

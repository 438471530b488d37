UNWIND $ids AS id
MERGE (i:Identity {identity_id: id})
RETURN id, elementId(i);

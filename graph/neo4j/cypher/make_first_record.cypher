UNWIND $ids AS id
CREATE (r:Record {record_id: id})
RETURN id, elementId(r);

UNWIND $ids AS id
MATCH (x:Record {record_id: id})
RETURN id, elementId(x);

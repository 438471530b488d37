UNWIND $ids AS id
MERGE (r:Record {record_id: id})
RETURN id, elementId(r);

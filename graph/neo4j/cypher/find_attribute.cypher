UNWIND $ids AS id
MATCH (x:Attribute {attribute_id: id})
RETURN id, elementId(x);

UNWIND $ids AS id
MERGE (a:Attribute {attribute_id: id})
ON CREATE SET a.kind = split(id, ':')[0], a.value = substring(id, size(split(id, ':')[0]) + 1)
RETURN id, elementId(a);

UNWIND $ids AS id
CREATE (a:Attribute {
  attribute_id: id, kind: split(id, ':')[0], value: substring(id, size(split(id, ':')[0]) + 1)
})
RETURN id, elementId(a);

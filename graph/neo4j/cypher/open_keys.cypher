MATCH (k:RecordKeys)
WHERE k.until IS NULL
RETURN k.content_hash, elementId(k);

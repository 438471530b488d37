// What is served from now on, unless it is ended: content and where it is.
MATCH ()-[x:HAS_QUALITY]->()
WHERE x.until IS NULL
RETURN x.content_hash, elementId(x);

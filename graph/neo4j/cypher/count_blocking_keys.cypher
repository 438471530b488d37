MATCH (k:RecordKeys)
WHERE k.since <= $run AND coalesce(k.until, $run + 1) > $run
RETURN coalesce(sum(k.n_keys), 0), coalesce(sum(k.content_hash % 2147483648), 0);

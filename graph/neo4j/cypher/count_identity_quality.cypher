MATCH ()-[x:HAS_QUALITY]->()
WHERE x.since <= $run AND coalesce(x.until, $run + 1) > $run
RETURN count(*), coalesce(sum(x.content_hash % 2147483648), 0);

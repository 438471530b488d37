MATCH (v:RecordVersion)
WHERE v.since <= $run AND coalesce(v.until, $run + 1) > $run
RETURN count(*), coalesce(sum(v.content_hash % 2147483648), 0);

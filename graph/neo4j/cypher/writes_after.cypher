MATCH (w:LiveWrite)
WHERE w.moment > $after
RETURN w.record_ids, w.keys;

// The records written after a live change, each with its newest.
MATCH (c:LiveChange)
WHERE c.sequence > $after
RETURN c.record_id, max(c.sequence);

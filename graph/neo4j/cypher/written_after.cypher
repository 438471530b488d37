// The records written after a live change that a view sees, each with its newest.
MATCH (c:LiveChange)
WHERE $after < c.sequence <= $live_sequence
RETURN c.record_id, max(c.sequence);

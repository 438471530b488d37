// Notes what a live write changed, and forgets what was written long ago.
CREATE (:LiveWrite {moment: $moment, record_ids: $record_ids, keys: $keys})
WITH 1 AS noted
MATCH (old:LiveWrite)
WHERE old.moment <= $forgotten
DELETE old;

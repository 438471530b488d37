MATCH (e:IdentityEvent)
MATCH (b:EventBatch {batch_no: e.batch_no})
WHERE b.first + e.position - 1 <= $last_event
WITH e.identity_id AS identity_id, min(b.first + e.position - 1) AS birth,
     max([b.first + e.position - 1, e.kind])[1] AS kind
RETURN identity_id, birth, CASE
  WHEN EXISTS {
    MATCH (:Identity {identity_id: identity_id})<-[m:BELONGS_TO]-()
    WHERE m.since <= $moment AND coalesce(m.until, $moment + 1) > $moment
      AND NOT $run < coalesce(m.gone, 0) <= $moment
  } THEN $current
  WHEN kind = $retired_event THEN $retired
  ELSE $superseded
END
ORDER BY birth;

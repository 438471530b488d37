// Replaces what is measured of identities.
UNWIND $rows AS row
MATCH (i:Identity {identity_id: row[0]})
CALL (i) {
  MATCH (i)-[h:HAS_QUALITY]->(:IdentityQuality)
  WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
    AND coalesce(h.gone, 0) <= $run
  SET h.gone = $moment
}
FOREACH (measured IN row[1] |
  CREATE (i)-[:HAS_QUALITY {since: $moment, until: $end}]->
         (:IdentityQuality {concern: measured[0], quality: measured[1]})
);

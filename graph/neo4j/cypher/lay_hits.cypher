// Replaces all hits of watchlist entries.
UNWIND $rows AS row
MERGE (entry:Record {record_id: row[0]})
WITH row, entry
CALL (entry) {
  MATCH (entry)-[h:RESEMBLES]->(:Record)
  WHERE h.since <= $moment AND coalesce(h.until, $moment + 1) > $moment
    AND coalesce(h.gone, 0) <= $run
  SET h.gone = $moment
}
FOREACH (hit IN row[1] |
  MERGE (r:Record {record_id: hit[0]})
  CREATE (entry)-[:RESEMBLES {
    since: $moment, until: $end, match_weight: hit[1], blocking_rule: hit[2]
  }]->(r)
);

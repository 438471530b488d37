// Replaces the links of pairs of records. A row is the pair, and a list of what links it now.
UNWIND $rows AS row
MERGE (one:Record {record_id: row[0]})
MERGE (other:Record {record_id: row[1]})
WITH row, one, other
CALL (one, other) {
  MATCH (one)-[l:LINKED_TO]->(other)
  WHERE l.since <= $moment AND coalesce(l.until, $moment + 1) > $moment
    AND coalesce(l.gone, 0) <= $run
  SET l.gone = $moment
}
FOREACH (link IN row[2] |
  CREATE (one)-[:LINKED_TO {
    since: $moment, until: $end, match_weight: link[0], blocking_rule: link[1],
    source_weight: link[2]
  }]->(other)
);

// Makes new identities and records with all that lies between them. What is made together is cheap:
// each node is written once, with its relationships, and none is looked for. Rows come as columns.
CALL () {
  UNWIND $identities AS id
  CREATE (i:Identity {identity_id: id})
  RETURN collect(i) AS identities
}
CALL () {
  UNWIND $records AS id
  CREATE (r:Record {record_id: id})
  RETURN collect(r) AS records
}
CALL (identities, records) {
  UNWIND range(0, size($memberships[0]) - 1) AS n
  WITH n, records[$memberships[0][n]] AS r, identities[$memberships[1][n]] AS i
  CREATE (r)-[:BELONGS_TO {since: $run, content_hash: $memberships[2][n]}]->(i)
}
CALL (records) {
  UNWIND range(0, size($links[0]) - 1) AS n
  WITH n, records[$links[0][n]] AS one, records[$links[1][n]] AS other
  CREATE (one)-[:LINKED_TO {
    since: $run, content_hash: $links[5][n], match_weight: $links[2][n],
    blocking_rule: $links[3][n], source_weight: $links[4][n]
  }]->(other)
}
CALL (identities) {
  UNWIND range(0, size($golden_records[0]) - 1) AS n
  WITH n, identities[$golden_records[0][n]] AS i
  CREATE (i)-[:HAS_GOLDEN {since: $run, content_hash: $golden_records[3][n]}]->
         (:GoldenRecord {golden_values: $golden_records[1][n], name: $golden_records[2][n]})
}
CALL (identities) {
  UNWIND range(0, size($identity_quality[0]) - 1) AS n
  WITH n, identities[$identity_quality[0][n]] AS i
  CREATE (i)-[:HAS_QUALITY {since: $run, content_hash: $identity_quality[3][n]}]->
         (:IdentityQuality {concern: $identity_quality[1][n], quality: $identity_quality[2][n]})
}
RETURN $part, [i IN identities | elementId(i)], [r IN records | elementId(r)];

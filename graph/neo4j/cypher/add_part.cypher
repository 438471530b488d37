// Makes new identities, records and attributes with all that lies between them. What is made
// together is cheap: each node is written once, with its relationships, and none is looked for.
// Rows come as columns; what the rest needs to find again is wanted.
CALL () {
  UNWIND $identities[0] AS id
  CREATE (i:Identity {identity_id: id})
  RETURN collect(i) AS identities
}
CALL () {
  UNWIND $records[0] AS id
  CREATE (r:Record {record_id: id})
  RETURN collect(r) AS records
}
CALL () {
  UNWIND $attributes[0] AS id
  CREATE (a:Attribute {
    attribute_id: id, kind: split(id, ':')[0], value: substring(id, size(split(id, ':')[0]) + 1)
  })
  RETURN collect(a) AS attributes
}
CALL (identities, records) {
  UNWIND range(0, size($memberships[0]) - 1) AS n
  WITH n, records[$memberships[0][n]] AS r, identities[$memberships[1][n]] AS i
  CREATE (r)-[:BELONGS_TO {since: $run, content_hash: $memberships[2][n]}]->(i)
}
CALL (records) {
  UNWIND range(0, size($bodies[0]) - 1) AS n
  WITH n, records[$bodies[0][n]] AS r
  CREATE (r)-[:HAS_VERSION]->(:RecordVersion {
    since: $run, role: $bodies[1][n], content_hash: $bodies[4][n],
    source_record: $bodies[2][n], standardised: $bodies[3][n], layout_no: $layout_no
  })
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
CALL (records, attributes) {
  UNWIND range(0, size($attribute_uses[0]) - 1) AS n
  WITH n, records[$attribute_uses[0][n]] AS r, attributes[$attribute_uses[1][n]] AS a
  CREATE (r)-[:USES {since: $run, content_hash: $attribute_uses[2][n]}]->(a)
}
RETURN $part,
  $wanted_records[0], [n IN $wanted_records[0] | elementId(records[n])],
  $wanted_identities[0], [n IN $wanted_identities[0] | elementId(identities[n])],
  $wanted_attributes[0], [n IN $wanted_attributes[0] | elementId(attributes[n])];

MATCH (d:Decision)
OPTIONAL MATCH (w:Withdrawal)-[:WITHDRAWS]->(d)
RETURN d.decision_id, d.verdict, d.groups, d.author, d.at, d.reason, coalesce(d.note, ''),
  w.author, w.at, w.reason
ORDER BY d.sequence;

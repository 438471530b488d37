MATCH (d:Decision)
RETURN d.decision_id, d.verdict, d.groups, d.author, d.at, d.reason
ORDER BY d.sequence;

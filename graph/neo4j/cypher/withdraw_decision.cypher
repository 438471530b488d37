MATCH (d:Decision {decision_id: $decision_id})
CREATE (:Withdrawal {author: $author, at: $at, reason: $reason})-[:WITHDRAWS]->(d);

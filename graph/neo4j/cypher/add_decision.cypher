CREATE (:Decision {
  sequence: $sequence, decision_id: $decision_id, verdict: $verdict, groups: $groups,
  author: $author, at: $at, reason: $reason, note: $note
});

// How much was written and decided.
RETURN COUNT { MATCH (:LiveChange) }, COUNT { MATCH (:Decision) } + COUNT { MATCH (:Withdrawal) };

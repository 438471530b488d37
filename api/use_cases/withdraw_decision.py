"""Takes a decision back: a new fact, the decision itself stays in the log."""

from api.use_cases.auditing import Auditor
from api.use_cases.decide import reason_given
from api.use_cases.list_decisions import decision_of
from api.use_cases.reconsider import Reconsider
from graph.store import DecisionLog
from models.access import Principal
from models.decision import LoggedDecision, Withdrawal


def withdraw_decision(
    decision_id: str,
    *,
    reason: str,
    principal: Principal,
    log: DecisionLog,
    reconsider: Reconsider,
    auditor: Auditor,
) -> LoggedDecision:
    """Append that a decision is no longer in force; people are parted as without it from now on.

    Raises:
        InvalidInputError: if no reason is given, or it was withdrawn before.
        DecisionNotFoundError: if there is no such decision.
        BackendUnavailableError: if the log or the audit cannot be written; it stays in force then.
    """
    reason = reason_given(reason)
    with auditor.before_change("withdraw_decision", principal) as seen:
        seen.add(decision_id)
        at = auditor.clock()
        log.withdraw_decision(Withdrawal(decision_id, principal.subject, at, reason))
        withdrawn = decision_of(log, decision_id)
        seen.add_all(withdrawn.decision.record_ids)
        reconsider(
            withdrawn.decision.record_ids,
            author=principal.subject,
            at=at,
            cause=f"{decision_id} was withdrawn",
        )
        return withdrawn

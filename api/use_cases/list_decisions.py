"""Answers what was decided, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from graph.store import DecisionLog, GraphReader
from models.access import Principal
from models.decision import LoggedDecision
from models.errors import DecisionNotFoundError
from models.record import is_record_id


@dataclass(frozen=True, slots=True)
class DecisionsAnswer:
    """Decisions, newest first.

    Attributes:
        next_offset: where the next page begins; None on the last page.
    """

    decisions: tuple[LoggedDecision, ...]
    next_offset: int | None


def list_decisions(
    *,
    principal: Principal,
    log: DecisionLog,
    graph: GraphReader,
    auditor: Auditor,
    about: Sequence[str] = (),
    only_in_force: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> DecisionsAnswer:
    """Return decisions, newest first, a page at a time.

    `about` names records or identities, an identity standing for the records it holds now; without
    it all decisions are meant. `only_in_force` leaves out those that were withdrawn.

    Raises:
        IdentityNotFoundError: if there is no such identity.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("list_decisions", principal) as seen:
        seen.add_all(about)
        wanted = _records(graph, about)
        found = [
            one
            for one in reversed(log.decision_history())
            if (not about or wanted.intersection(one.decision.record_ids))
            and not (only_in_force and one.withdrawal)
        ]
        page = found[offset : offset + limit]
        seen.add_all(one.decision.decision_id for one in page)
        following = offset + limit
        return DecisionsAnswer(tuple(page), following if len(found) > following else None)


def get_decision(
    decision_id: str, *, principal: Principal, log: DecisionLog, auditor: Auditor
) -> LoggedDecision:
    """Return one decision, withdrawn or not.

    Raises:
        DecisionNotFoundError: if there is no such decision.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("get_decision", principal) as seen:
        seen.add(decision_id)
        found = decision_of(log, decision_id)
        seen.add_all(found.decision.record_ids)
        return found


def decision_of(log: DecisionLog, decision_id: str) -> LoggedDecision:
    """Find a decision in the log.

    Raises:
        DecisionNotFoundError: if there is no such decision.
    """
    for one in log.decision_history():
        if one.decision.decision_id == decision_id:
            return one
    raise DecisionNotFoundError(decision_id)


def _records(graph: GraphReader, about: Sequence[str]) -> set[str]:
    records = {given for given in about if is_record_id(given)}
    identities = [given for given in about if not is_record_id(given)]
    if identities:
        with graph.view() as view:
            for identity_id in identities:
                records.update(view.identity(identity_id).record_ids)
    return records

"""Keeps what a person decides about records: same, different, or unsure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.use_cases.auditing import Auditor
from api.use_cases.reconsider import Reconsider
from graph.store import DecisionLog, GraphReader, GraphView
from models.access import Principal
from models.decision import Decision, Verdict, conflicts
from models.errors import DecisionConflictError, InvalidInputError, RecordNotFoundError
from models.identity import IdentityEvent, IdentityStatus
from models.record import Role, is_record_id

NewDecisionId = Callable[[], str]
"""Issues an id that no decision has."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was kept.

    Attributes:
        identities: which identity holds each of its records now.
        events: what happened to identities when it was put into effect.
        is_in_effect: false if it could not be yet: the next run does.
    """

    decision: Decision
    identities: Mapping[str, str]
    events: tuple[IdentityEvent, ...]
    is_in_effect: bool


def decide(
    verdict: Verdict,
    groups: Sequence[Sequence[str]],
    *,
    reason: str,
    note: str = "",
    principal: Principal,
    graph: GraphReader,
    log: DecisionLog,
    reconsider: Reconsider,
    new_decision_id: NewDecisionId,
    auditor: Auditor,
) -> Decided:
    """Append a decision about records and put it into effect; every later run honours it.

    `groups` are of record ids; an identity id stands for the records it holds now, since a decision
    is about records for ever and identities change. `reason` says why, in words.

    Raises:
        InvalidInputError: if it decides nothing, gives no reason, or is about a watchlist entry.
        RecordNotFoundError: if there is no such record.
        IdentityNotFoundError: if there is no such identity, or it stands no more.
        DecisionConflictError: if decisions in force contradict it; they are named.
        BackendUnavailableError: if the log or the audit cannot be written; nothing is decided then.
    """
    reason = reason_given(reason)
    with auditor.before_change("decide", principal) as seen:
        with graph.view() as view:
            decision = decision_about(
                view, verdict, groups, decision_id=new_decision_id(), author=principal.subject,
                at=auditor.clock(), reason=reason, note=note.strip(),
            )  # fmt: skip
        record_ids = decision.record_ids
        seen.add_all(record_ids)
        log.add_decision(decision, check=lambda in_force: refuse_conflict(decision, in_force))
        seen.add(decision.decision_id)
        events: tuple[IdentityEvent, ...] | None = ()
        if verdict is not Verdict.UNSURE:
            events = reconsider(
                record_ids,
                author=principal.subject,
                at=decision.at,
                cause=f"{decision.decision_id} decided",
            )
        with graph.view() as view:
            identities = view.identities_of(record_ids)
        seen.add_all(sorted({*identities.values(), *(one.identity_id for one in events or ())}))
        return Decided(decision, identities, events or (), is_in_effect=events is not None)


def reason_given(reason: str) -> str:
    """Return a reason without the space around it.

    Raises:
        InvalidInputError: if nothing is left.
    """
    if not reason.strip():
        raise InvalidInputError("give a reason: whoever reads the decision will ask for it")
    return reason.strip()


def decision_about(
    view: GraphView, verdict: Verdict, groups: Sequence[Sequence[str]], **said: Any
) -> Decision:
    """Return a decision about the records that these ids of records and identities stand for.

    Args:
        view: what is served.
        verdict: what is decided.
        groups: of ids.
        said: the other fields of the decision.

    Raises:
        InvalidInputError: if it decides nothing, or is about a watchlist entry.
        RecordNotFoundError: if there is no such record.
        IdentityNotFoundError: if there is no such identity.
    """
    members = tuple(tuple(_records_of(view, group)) for group in groups)
    try:
        return Decision(verdict=verdict, groups=members, **said)
    except ValueError as error:
        raise InvalidInputError(str(error)) from error


def _records_of(view: GraphView, group: Sequence[str]) -> list[str]:
    """Return the records that ids of records and identities stand for, each once, sorted."""
    wanted: set[str] = set()
    for given in group:
        if is_record_id(given):
            wanted.add(given)
            continue
        state = view.identity(given)
        if state.status is not IdentityStatus.CURRENT:
            raise InvalidInputError(
                f"identity {given} stands no more: decide about"
                f" {', '.join(state.superseded_by) or 'its records'}"
            )
        wanted.update(state.record_ids)
    found = {record.record_id: record for record in view.records(sorted(wanted))}
    for record_id in sorted(wanted):
        if record_id not in found:
            raise RecordNotFoundError(record_id)
        if found[record_id].role is Role.WATCHLIST:
            raise InvalidInputError(
                f"{record_id} is an entry of a watchlist: it is never joined to a person nor held"
                " apart from one"
            )
    return sorted(wanted)


def refuse_conflict(decision: Decision, in_force: Sequence[Decision]) -> None:
    """Refuse a decision that decisions in force contradict.

    Raises:
        DecisionConflictError: naming them.
    """
    against = conflicts(decision, in_force)
    if against:
        listed = "; ".join(
            f"{one.decision_id} ({one.verdict.value}, by {one.author} on {one.at:%Y-%m-%d})"
            for one in against
        )
        raise DecisionConflictError(
            f"this contradicts what was decided before: {listed}. Read these, and withdraw what is"
            " wrong, or decide otherwise",
            tuple(one.decision_id for one in against),
        )

"""Makes objects of the rows that both stores keep alike."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from graph.store import IDENTITY_BIRTHS
from models.decision import Decision, LoggedDecision, Verdict, Withdrawal
from models.identity import IdentityEvent, IdentityEventKind
from models.prediction import PairwisePrediction
from models.tables import COMPLETED_WITHIN_COMPONENT


def prediction(
    left_id: str, right_id: str, match_weight: float, blocking_rule: int, source_weight: float
) -> PairwisePrediction:
    """Make a prediction; what the clustering asked for came by no blocking rule."""
    is_without_rule = blocking_rule == COMPLETED_WITHIN_COMPONENT
    return PairwisePrediction(
        left_id, right_id, match_weight, None if is_without_rule else blocking_rule, source_weight
    )


def event(
    sequence: int,
    identity_id: str,
    kind: str,
    run_id: str,
    at: str,
    related: Sequence[str],
    added: Sequence[str],
    removed: Sequence[str],
    cause: str,
) -> IdentityEvent:
    """Make an event of an identity."""
    return IdentityEvent(
        sequence=sequence,
        identity_id=identity_id,
        kind=IdentityEventKind(kind),
        run_id=run_id,
        at=datetime.fromisoformat(at),
        related_ids=tuple(related),
        added_record_ids=tuple(added),
        removed_record_ids=tuple(removed),
        cause=cause,
    )


def logged_decision(
    decision_id: str,
    verdict: str,
    groups: str,
    author: str,
    at: str,
    reason: str,
    note: str,
    withdrawn_by: str | None,
    withdrawn_at: str | None,
    withdrawn_for: str | None,
) -> LoggedDecision:
    """Make a decision as the log holds it; its groups are JSON."""
    withdrawal = None
    if withdrawn_by is not None and withdrawn_at is not None:
        ended = datetime.fromisoformat(withdrawn_at)
        withdrawal = Withdrawal(decision_id, withdrawn_by, ended, withdrawn_for or "")
    made = Decision(
        decision_id=decision_id,
        verdict=Verdict(verdict),
        groups=tuple(tuple(group) for group in json.loads(groups)),
        author=author,
        at=datetime.fromisoformat(at),
        reason=reason,
        note=note,
    )
    return LoggedDecision(made, withdrawal)


def in_force(logged: Iterable[LoggedDecision]) -> list[Decision]:
    """Return the decisions that nobody has withdrawn, in their order."""
    return [one.decision for one in logged if one.withdrawal is None]


def births(rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Make the table of every id ever issued (IDENTITY_BIRTHS)."""
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, IDENTITY_BIRTHS, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=IDENTITY_BIRTHS)

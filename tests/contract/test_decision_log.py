"""The log of decisions: facts are added, and none is ever changed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models.decision import Decision, LoggedDecision, Verdict, Withdrawal, conflicts
from models.errors import DecisionConflictError, DecisionNotFoundError, InvalidInputError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def decided(decision_id: str, verdict: Verdict, *groups: Sequence[str], **more: Any) -> Decision:
    made = Decision(
        decision_id, verdict, tuple(tuple(group) for group in groups), "investigator-1", NOON,
        "seen together",
    )  # fmt: skip
    return replace(made, **more)


SAME = decided("d-1", Verdict.SAME, ["a:1", "b:/ 2"], note="see file 'Ω'")
APART = decided("d-2", Verdict.DIFFERENT, ["a:1", "a:3"], ["c:4"])


def accept(in_force: Sequence[Decision]) -> None:
    """Let any decision in."""


def test_there_is_no_decision_before_one_is_made(store: Any) -> None:
    assert store.decisions() == []
    assert store.decision_history() == []


def test_decisions_are_kept_as_they_were_made_in_their_order(store: Any) -> None:
    for one in (APART, SAME):
        store.add_decision(one, check=accept)

    assert store.decisions() == [APART, SAME]


def test_a_withdrawn_decision_is_no_longer_in_force_and_stays_in_the_log(store: Any) -> None:
    for one in (SAME, APART):
        store.add_decision(one, check=accept)
    ended = Withdrawal("d-1", "investigator-2", NOON, "wrong passport")

    store.withdraw_decision(ended)

    assert store.decisions() == [APART]
    assert store.decision_history() == [LoggedDecision(SAME, ended), LoggedDecision(APART, None)]


def test_a_decision_is_withdrawn_once(store: Any) -> None:
    store.add_decision(SAME, check=accept)
    store.withdraw_decision(Withdrawal("d-1", "investigator-2", NOON, "wrong"))

    with pytest.raises(InvalidInputError, match="withdrawn before"):
        store.withdraw_decision(Withdrawal("d-1", "investigator-3", NOON, "again"))
    with pytest.raises(DecisionNotFoundError):
        store.withdraw_decision(Withdrawal("d-9", "investigator-3", NOON, "never was"))


def test_an_id_is_given_to_one_decision_only(store: Any) -> None:
    store.add_decision(SAME, check=accept)

    with pytest.raises(InvalidInputError, match="already"):
        store.add_decision(replace(APART, decision_id="d-1"), check=accept)
    assert store.decisions() == [SAME]


def test_what_the_check_refuses_is_not_kept(store: Any) -> None:
    store.add_decision(SAME, check=accept)
    seen: list[Sequence[Decision]] = []

    def refuse(in_force: Sequence[Decision]) -> None:
        seen.append(in_force)
        raise DecisionConflictError("no", ("d-1",))

    with pytest.raises(DecisionConflictError):
        store.add_decision(APART, check=refuse)
    assert seen == [[SAME]]
    assert store.decisions() == [SAME]


def test_of_contradicting_decisions_made_at_once_one_is_kept(store: Any) -> None:
    def decide(place: int) -> bool:
        verdict = Verdict.SAME if place % 2 else Verdict.DIFFERENT
        made = decided(f"d-{place}", verdict, ["a:1"], ["a:2"])

        def check(in_force: Sequence[Decision]) -> None:
            if conflicts(made, in_force):
                raise DecisionConflictError("no")

        try:
            store.add_decision(made, check=check)
        except DecisionConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(decide, range(8)))

    verdicts = {one.verdict for one in store.decisions()}
    assert len(verdicts) == 1
    assert sum(kept) == len(store.decisions()) == 4

"""What a person decided about records: append-only facts."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations, product


class Verdict(StrEnum):
    """What was decided; UNSURE constrains nothing."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about groups of records, never about cluster or identity ids.

    SAME joins every record of all groups; DIFFERENT holds every group apart from every other.

    Attributes:
        reason: why, in words; never empty when a person decides.
        note: anything else worth keeping, such as where to look.
    """

    decision_id: str
    verdict: Verdict
    groups: tuple[tuple[str, ...], ...]
    author: str
    at: datetime
    reason: str
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a decision that decides nothing."""
        records = self.record_ids
        if len(set(records)) != len(records):
            raise ValueError("a decision names each record once")
        if len(records) < 2 or (self.verdict is Verdict.DIFFERENT and len(self.groups) < 2):
            raise ValueError("a decision needs two records, and two groups to hold apart")

    @property
    def record_ids(self) -> tuple[str, ...]:
        """Return every record it is about."""
        return tuple(record_id for group in self.groups for record_id in group)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A decision taken back: a new fact, beside the one it ends."""

    decision_id: str
    author: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """A decision as the log holds it; in force unless it was withdrawn."""

    decision: Decision
    withdrawal: Withdrawal | None


def conflicts(decided: Decision, in_force: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions in force that contradict a new one; empty for none.

    Records are held to be one person by chains of SAME, whoever decided each link of a chain. Two
    decisions contradict where such a chain leads from one group of a DIFFERENT to another.

    Returns:
        For the first contradiction found: the DIFFERENT, unless that is the new one, and what is
        in the chain, unless that is the new one; in the order given.
    """
    everything = [*in_force, decided]
    joined = [one for one in everything if one.verdict is Verdict.SAME]
    for apart in (one for one in everything if one.verdict is Verdict.DIFFERENT):
        for group, other in combinations(apart.groups, 2):
            for left, right in product(group, other):
                chain = _chain(left, right, joined)
                if chain and (apart is decided or any(one is decided for one in chain)):
                    found = {one.decision_id for one in (apart, *chain)} - {decided.decision_id}
                    return tuple(one for one in in_force if one.decision_id in found)
    return ()


def _chain(left: str, right: str, joined: Sequence[Decision]) -> list[Decision]:
    """Return the fewest SAME decisions that lead from one record to another; empty for no way."""
    ways: dict[str, list[Decision]] = {left: []}
    waiting = deque([left])
    while waiting:
        record_id = waiting.popleft()
        if record_id == right:
            return ways[record_id]
        for decision in joined:
            if record_id in decision.record_ids:
                for reached in decision.record_ids:
                    if reached not in ways:
                        ways[reached] = [*ways[record_id], decision]
                        waiting.append(reached)
    return []

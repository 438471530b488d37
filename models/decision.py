"""What a person decided about records: append-only facts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What was decided; UNSURE constrains nothing."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about groups of records, never about cluster or identity ids.

    SAME joins every record of all groups; DIFFERENT holds every group apart from every other.
    """

    decision_id: str
    verdict: Verdict
    groups: tuple[tuple[str, ...], ...]
    author: str
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        """Refuse a decision that decides nothing."""
        records = [record_id for group in self.groups for record_id in group]
        if len(set(records)) != len(records):
            raise ValueError("a decision names each record once")
        if len(records) < 2 or (self.verdict is Verdict.DIFFERENT and len(self.groups) < 2):
            raise ValueError("a decision needs two records, and two groups to hold apart")

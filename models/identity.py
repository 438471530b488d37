"""A resolved identity: a person across runs, with a stable id and a life of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IdentityStatus(StrEnum):
    """Whether an identity id still stands for a person."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class IdentityEventKind(StrEnum):
    """What happened to an identity."""

    CREATED = "created"
    CHANGED = "changed"
    MERGED = "merged"
    SPLIT = "split"
    RETIRED = "retired"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class IdentityEvent:
    """One change in the life of an identity, never edited.

    Attributes:
        sequence: position in the change feed, rising.
        related_ids: the other identities it is about.
        cause: why, in words: which run, which decision.
    """

    sequence: int
    identity_id: str
    kind: IdentityEventKind
    run_id: str
    at: datetime
    related_ids: tuple[str, ...]
    added_record_ids: tuple[str, ...]
    removed_record_ids: tuple[str, ...]
    cause: str


@dataclass(frozen=True, slots=True)
class GoldenValue:
    """The best value of one field, and where it came from.

    Attributes:
        support: how many records of the identity agree with it.
    """

    field: str
    value: str
    record_id: str
    raw_path: str
    raw: str
    support: int


@dataclass(frozen=True, slots=True)
class IdentityState:
    """What the current run holds of one identity id.

    A superseded or retired identity has no records and no golden values.
    """

    identity_id: str
    status: IdentityStatus
    superseded_by: tuple[str, ...]
    record_ids: tuple[str, ...]
    golden: tuple[GoldenValue, ...]


@dataclass(frozen=True, slots=True)
class WatchlistHit:
    """A watchlist entry that may be this person; always for a person to review.

    Attributes:
        entry_id: record id of the watchlist entry.
        record_id: the person record it resembles most.
        match_weight: log2 odds, prior included.
    """

    entry_id: str
    record_id: str
    match_weight: float


@dataclass(frozen=True, slots=True)
class Run:
    """One passage of the pipeline.

    Attributes:
        status: building | published | superseded | failed.
        fingerprint: hash of all inputs: records, model version, decisions.
        change_sequence: the event sequence when it started.
        summary: counts by name, seconds by stage; under `warnings`, a code and a message each;
            under `live_sequence`, the newest live change that its records hold; under
            `honours_until` when its decisions were read, where that was before it was started.
    """

    run_id: str
    status: str
    model_version: str
    fingerprint: str
    started_at: datetime
    finished_at: datetime | None
    change_sequence: int
    summary: dict[str, object]

    @property
    def live_sequence(self) -> int:
        """Return the newest live change that its records hold; 0 for none."""
        found = self.summary.get("live_sequence")
        return found if isinstance(found, int) else 0

    @property
    def honours_until(self) -> datetime:
        """Return when the decisions were read that it honours; later ones it does not know."""
        found = self.summary.get("honours_until")
        return datetime.fromisoformat(found) if isinstance(found, str) else self.started_at

    @property
    def warnings(self) -> tuple[Mapping[str, str], ...]:
        """Return what somebody should do something about: a code and a message each."""
        found = self.summary.get("warnings")
        return tuple(found) if isinstance(found, (list, tuple)) else ()

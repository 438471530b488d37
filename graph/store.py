"""The port of the graph store: small protocols by reader and writer.

Whatever satisfies these serves identities; `tests/contract/` holds every adapter to them. What a
run needs of a store is declared in `models.ports`, since `resolution` may not import this.
A store is the system of record for current records, blocking keys, decisions and events.
Links, memberships, golden records and hits belong to a run; two runs are kept.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from models.connection import Attribute, AttributeUsers, Relation
from models.decision import Decision, LoggedDecision
from models.identity import IdentityEvent, IdentityState, Run, WatchlistHit
from models.live_change import (
    CaughtUp,
    LiveAnswer,
    LiveBasis,
    LiveChange,
    LiveRequest,
    RecordChange,
)
from models.ports import DecisionLog, IdentityHistory, IngestLog
from models.prediction import PairwisePrediction
from models.quality import IdentityQuality, WarningKind
from models.record import StoredRecord


@dataclass(frozen=True, slots=True)
class Candidates:
    """Records that share a blocking key with a query.

    Attributes:
        record_ids: sorted; at most the limit asked for.
        n_keys_too_common: keys left out because they alone bring more than the limit.
        is_truncated: together the other keys bring more than the limit; rare keys went first.
    """

    record_ids: tuple[str, ...]
    n_keys_too_common: int
    is_truncated: bool = False


RECORD_HASHES = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        # 64 bits of any hash of the whole record; a changed record has another
        pa.field("content_hash", pa.int64(), nullable=False),
    ]
)

RECORD_BODIES = pa.schema(
    [
        *RECORD_HASHES,
        pa.field("role", pa.string(), nullable=False),  # person | watchlist
        # packed by `record_layout`, SOURCE_LAYOUT and STANDARDISED_LAYOUT
        pa.field("source_record", pa.string(), nullable=False),
        pa.field("standardised", pa.string(), nullable=False),
    ]
)


IDENTITY_BIRTHS = pa.schema(
    [
        pa.field("identity_id", pa.string(), nullable=False),
        pa.field("birth", pa.int64(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
    ]
)


class GraphView(Protocol):
    """One consistent state of the store: every call sees the same run and the same records."""

    def live_basis(self) -> LiveBasis:
        """Return what this state is: the run, and how much was written and decided since.

        Raises:
            RunNotFoundError: if nothing has been published yet.
        """
        ...

    def run(self) -> Run | None:
        """Return the published run; None before the first publish."""
        ...

    def written_after(self, live_sequence: int) -> dict[str, int]:
        """Return the records written after a live change, each with its newest."""
        ...

    def identity(self, identity_id: str) -> IdentityState:
        """Return an identity, current or superseded; its record ids are sorted.

        Raises:
            IdentityNotFoundError: if the id was never issued.
        """
        ...

    def identities_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return identity id by record id; records without an identity are left out."""
        ...

    def members_of(self, identity_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the sorted record ids of each identity; one that holds none is left out."""
        ...

    def record(self, record_id: str) -> StoredRecord:
        """Return the current version of a record, of a person or of the watchlist.

        Raises:
            RecordNotFoundError: if there is none.
        """
        ...

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        """Return the current versions of these records in order of id; unknown ids are left out."""
        ...

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return what is compared of these records, in order of id; unknown ids are left out.

        Each is a row of STANDARDISED_RECORDS with its ids, role and attributes only: less is read
        than for `records`.
        """
        ...

    def links_among(self, record_ids: Sequence[str]) -> list[PairwisePrediction]:
        """Return the stored predictions with both ends among these, strongest first."""
        ...

    def links_of(self, record_id: str, *, limit: int) -> list[PairwisePrediction]:
        """Return the strongest predictions of one record; empty when it has none."""
        ...

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        """Return watchlist hits where either end is among these, strongest first."""
        ...

    def links_beyond(
        self, record_ids: Sequence[str], *, at_least: float
    ) -> list[PairwisePrediction]:
        """Return the stored predictions with just one end among these, strongest first.

        Args:
            record_ids: the records.
            at_least: the lowest match weight.
        """
        ...

    def uses_of(self, record_ids: Sequence[str]) -> list[tuple[str, Attribute]]:
        """Return which of these records gives which attribute, in order."""
        ...

    def users_of(
        self, attributes: Sequence[Attribute], *, limit: int, after: str = ""
    ) -> dict[Attribute, AttributeUsers]:
        """Return the records that give each attribute; one that none gives is left out.

        Args:
            attributes: each once.
            limit: the most records of each, those with the smallest ids.
            after: only records with a greater id; they are counted all the same.
        """
        ...

    def relations_of(self, record_ids: Sequence[str]) -> list[Relation]:
        """Return what sources say of these records and others, from either end, in order."""
        ...

    def quality_of(self, identity_ids: Sequence[str]) -> dict[str, IdentityQuality]:
        """Return how well identities hold together; one of a single record is left out."""
        ...

    def least_sound(
        self, *, limit: int, offset: int = 0, kind: WarningKind | None = None
    ) -> list[IdentityQuality]:
        """Return the identities to review first: by concern, then by id.

        With a kind, only those that have a warning of it.
        """
        ...

    def events_of(self, identity_id: str) -> list[IdentityEvent]:
        """Return every event of an identity, oldest first; empty when it has none."""
        ...

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        """Return the person and watchlist records that hold any of these blocking keys."""
        ...


class GraphReader(Protocol):
    """Reads identities, their records and the links between them."""

    def view(self) -> AbstractContextManager[GraphView]:
        """Open one consistent state; publishing meanwhile does not change it."""
        ...

    def runs(self, *, limit: int) -> list[Run]:
        """Return runs, newest first."""
        ...

    def events_after(self, sequence: int, *, limit: int) -> list[IdentityEvent]:
        """Return events with a higher sequence, in order."""
        ...


LivePlan = Callable[[GraphView, Sequence[Decision]], LiveChange]
"""Works out a change on one consistent state and the decisions in force in it."""


class LiveWriter(Protocol):
    """Changes what is served, a few records at a time."""

    def write_live(self, plan: LivePlan, *, request: LiveRequest | None = None) -> LiveAnswer:
        """Apply what a plan works out: whole, durably, and on no other state than it saw.

        The plan is asked again when somebody else wrote meanwhile, at last while nobody else can.

        Args:
            plan: may be called several times.
            request: answered as before, and not planned, if it came before.

        Raises:
            RequestConflictError: if the key of the request came with another request.
            BackendUnavailableError: if it cannot be written; then nothing was.
        """
        ...


class CatchUp(Protocol):
    """Works out what a run that is switched to does not know yet; None when there is nothing."""

    def __call__(
        self,
        *,
        new: GraphView,
        old: GraphView,
        changes: Sequence[RecordChange],
        decisions: Sequence[LoggedDecision],
        events: Sequence[IdentityEvent],
    ) -> CaughtUp | None:
        """Work it out while nobody else can write.

        Args:
            new: the run that is switched to.
            old: the run that is served until now.
            changes: what was written since the new run took its records.
            decisions: all that were ever made.
            events: what happened to identities since the new run was begun.
        """
        ...


class RunWriter(Protocol):
    """Builds a run beside the served one, then switches to it whole."""

    def begin_run(self, run: Run) -> None:
        """Note a run as building; parts of any earlier unfinished run are swept."""
        ...

    def load(self, run_id: str, table: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Add rows to a run that is being built, in short transactions; return how many.

        `table` is one of `memberships`, `links`, `golden_records`, `watchlist_hits`,
        `attribute_uses`, `relations`, `identity_quality` (schemas MEMBERSHIPS, PREDICTIONS,
        GOLDEN_RECORDS, WATCHLIST_HITS, ATTRIBUTE_USES, RELATIONS, IDENTITY_QUALITY).
        """
        ...

    def record_hashes(self) -> Iterator[pa.RecordBatch]:
        """Return record_id and content_hash of every record served now (schema RECORD_HASHES)."""
        ...

    def change_records(
        self, changed: Iterable[pa.RecordBatch], *, removed: Iterable[pa.RecordBatch]
    ) -> int:
        """Stage new bodies of records, and the end of others; return how many bodies.

        They are served after the switch; a record that is in neither stays as it is.

        Args:
            changed: schema RECORD_BODIES.
            removed: a column record_id.
        """
        ...

    def replace_blocking_keys(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Stage the blocking keys of all current records for the run being built."""
        ...

    def switch(
        self,
        run: Run,
        *,
        expected_counts: dict[str, int],
        events: Iterable[pa.RecordBatch],
        catch_up: CatchUp | None = None,
    ) -> None:
        """Verify the counts, append the events, and serve this run, in one transaction.

        `run` carries its final summary and finishing time. What was written and decided since it
        took its records is laid over it by `catch_up`. The run before last is then removed.

        Raises:
            BackendUnavailableError: if what was loaded is not what was expected; the served run
                stays.
        """
        ...


__all__ = [
    "RECORD_BODIES",
    "RECORD_HASHES",
    "Candidates",
    "CatchUp",
    "DecisionLog",
    "GraphReader",
    "GraphView",
    "IdentityHistory",
    "IngestLog",
    "LivePlan",
    "LiveWriter",
    "RunWriter",
]

"""What one live write changes: records that arrive or go, and all that follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.connection import Attribute, Relation
from models.identity import GoldenValue, IdentityEvent, WatchlistHit
from models.prediction import PairwisePrediction
from models.record import Role


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A new version of one record, or its end.

    Attributes:
        source_record: a row of `tables.SOURCE_RECORDS`; None ends the record.
    """

    record_id: str
    source_record: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """One record as it is served from now on.

    Attributes:
        role: of the new version; of the last one when the record is gone.
        source_record: a row of `tables.SOURCE_RECORDS`; None when the record is gone.
        standardised: a row of `tables.STANDARDISED_RECORDS`; None when the record is gone.
        keys: its blocking keys, without those that are too common to look up by.
        uses: the attributes it gives.
        relations: what its source says of it and others, whether they are known or not.
    """

    record_id: str
    role: Role
    source_record: Mapping[str, Any] | None
    standardised: Mapping[str, Any] | None
    keys: tuple[int, ...] = ()
    uses: tuple[Attribute, ...] = ()
    relations: tuple[Relation, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Tell whether the record ends with this."""
        return self.source_record is None


@dataclass(frozen=True, slots=True)
class LiveBasis:
    """What a live change was worked out on.

    Attributes:
        run_id: the run that is served.
        live_sequence: the newest live change.
        n_decisions: decisions and withdrawals ever made.
        write_no: the newest live write, of records or of what follows from decisions.
    """

    run_id: str
    live_sequence: int
    n_decisions: int
    write_no: int = 0


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a live change rests on, or changes.

    Two changes of which neither rests on what the other changes may be applied in either order.
    """

    record_ids: frozenset[str] = frozenset()
    keys: frozenset[int] = frozenset()

    def meets(self, other: "Footprint") -> bool:
        """Tell whether two footprints share anything."""
        return not (
            self.record_ids.isdisjoint(other.record_ids) and self.keys.isdisjoint(other.keys)
        )


@dataclass(frozen=True, slots=True)
class LiveChange:
    """All that one live write changes in the served run, applied whole or not at all.

    Attributes:
        basis: what it was worked out on.
        at: when; the same for all of its events.
        link_weight: of the match model: what counts as a link when quality is measured.
        author: who wrote.
        records: each once.
        links: predictions that are new or weigh otherwise.
        links_gone: pairs of record ids, the smaller first.
        hits: of each watchlist entry concerned all its hits, and their blocking rules.
        memberships: identity by record; None where a record has none any more.
        golden: by identity; None where an identity holds no records any more.
        events: in order; their sequence is given when they are applied.
        reads: what it was worked out from: it holds as long as none of that changes.
    """

    basis: LiveBasis
    at: datetime
    author: str
    link_weight: float
    records: tuple[RecordVersion, ...]
    links: tuple[PairwisePrediction, ...]
    links_gone: tuple[tuple[str, str], ...]
    hits: Mapping[str, tuple[tuple[WatchlistHit, int], ...]]
    memberships: Mapping[str, str | None]
    golden: Mapping[str, tuple[GoldenValue, ...] | None]
    events: tuple[IdentityEvent, ...]
    reads: Footprint = Footprint()

    @property
    def writes(self) -> Footprint:
        """Return what it changes: records, what links and holds them, and keys."""
        ends = {end for link in self.links for end in (link.left_id, link.right_id)}
        gone = {end for pair in self.links_gone for end in pair}
        hit = {one.record_id for hits in self.hits.values() for one, _ in hits}
        written = {one.record_id for one in self.records}
        return Footprint(
            frozenset({*written, *ends, *gone, *self.memberships, *self.hits, *hit}),
            frozenset(key for one in self.records for key in one.keys),
        )


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What was written and decided while a run was made, laid over that run.

    Attributes:
        settled: identities whose lives are told by the events of the change, not by those that
            the run brought.
    """

    change: LiveChange
    settled: frozenset[str]


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """A request that may come again, and is then answered as it was the first time.

    Attributes:
        key: chosen by the caller.
        digest: of what was asked; another request may not use the key.
    """

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What a live write did.

    Attributes:
        live_sequence: of its newest change.
        identities: by record that was written; None where it belongs to none.
        events: with their sequences.
        is_repeated: the request had come before; nothing was written now.
    """

    live_sequence: int
    identities: Mapping[str, str | None]
    events: tuple[IdentityEvent, ...]
    is_repeated: bool = False

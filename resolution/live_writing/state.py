"""What a live write sees: the served records, links and keys, and over them what it changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from models.identity import IdentityEvent, Run, WatchlistHit
from models.live_change import LiveBasis
from models.prediction import PairwisePrediction
from models.record import Role, StoredRecord
from resolution.link.live_scoring import ComparedRecord, LiveScorer
from resolution.link.live_scoring.rivals import Candidate

# No cap: a write must find every record that a run would find.
_ALL = 1_000_000_000


class FoundRecords(Protocol):
    """Records that share a blocking key with another."""

    @property
    def record_ids(self) -> Sequence[str]:
        """Their ids."""
        ...


class LiveView(Protocol):
    """One consistent state of a store, as a live write reads it."""

    def run(self) -> Run | None:
        """Return the run that is served."""
        ...

    def live_basis(self) -> LiveBasis:
        """Return what this state is, so that a change can be applied to no other."""
        ...

    def written_after(self, live_sequence: int) -> dict[str, int]:
        """Return the records written after a live change, each with its newest."""
        ...

    def candidates(self, keys: Sequence[int], *, limit: int) -> FoundRecords:
        """Return the records that hold any of these keys."""
        ...

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        """Return these records."""
        ...

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return ids, role and standardised attributes of these records."""
        ...

    def links_of(self, record_id: str, *, limit: int) -> list[PairwisePrediction]:
        """Return the stored predictions of one record."""
        ...

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        """Return watchlist hits where either end is among these."""
        ...

    def identities_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return identity id by record id."""
        ...

    def members_of(self, identity_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the record ids of each identity."""
        ...

    def events_of(self, identity_id: str) -> list[IdentityEvent]:
        """Return every event of an identity, oldest first."""
        ...


ReadCompared = Callable[[Sequence[str], LiveView], Sequence[ComparedRecord]]
"""Reads served records that can be weighed."""


class State:
    """The served state with some records replaced; what was read or worked out is kept.

    Pairs are told as (smaller record id, larger).
    """

    def __init__(
        self,
        view: LiveView,
        scorer: LiveScorer,
        arriving: Mapping[str, Mapping[str, Any] | None],
        *,
        read: ReadCompared,
    ) -> None:
        """Lay the arriving records over a view.

        Args:
            view: what is served.
            scorer: of the match model that it was scored by.
            read: reads served records that can be weighed.
            arriving: rows of STANDARDISED_RECORDS by record id; None for a record that goes.
        """
        self.view = view
        self._scorer = scorer
        self._arriving = arriving
        self._read_compared = read
        self._rows: dict[str, Mapping[str, Any]] = {
            record_id: row for record_id, row in arriving.items() if row is not None
        }
        self._scored: dict[str, ComparedRecord] = {}
        self._keyed: dict[str, _Keyed] = {}
        self._candidates: dict[str, dict[str, Candidate]] = {}
        self._candidates_in: dict[tuple[str, str], dict[str, Candidate]] = {}
        self._links: dict[str, dict[str, PairwisePrediction]] = {}
        self._is_free: dict[str, bool] = {}

    def rows(self, record_ids: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return what is known of records: ids, role and attributes of STANDARDISED_RECORDS."""
        wanted = sorted(set(record_ids))
        self._read(wanted)
        return [self._rows[record_id] for record_id in wanted if record_id in self._rows]

    def candidates(self, record_id: str) -> Mapping[str, Candidate]:
        """Return every other person record that shares a usable key with a person record."""
        if record_id not in self._candidates:
            self._candidates[record_id] = (
                {} if self._is_gone(record_id) else self.candidates_of(self._with_keys(record_id))
            )
        return self._candidates[record_id]

    def candidates_in(self, record_id: str, source: str) -> Mapping[str, Candidate]:
        """Return those of a person record's candidates that are of one source."""
        place = (record_id, source)
        if place not in self._candidates_in:
            if record_id in self._candidates or self._is_gone(record_id):
                found = self.candidates(record_id)
                self._candidates_in[place] = {
                    one: found[one] for one in found if source_of(one) == source
                }
            else:
                own = self._with_keys(record_id)
                self._candidates_in[place] = self.candidates_of(own, source=source)
        return self._candidates_in[place]

    def candidates_of(self, own: "_Keyed", *, source: str | None = None) -> dict[str, Candidate]:
        """Return the person records that share a usable key with one that may not be served.

        Args:
            own: the record.
            source: the only source whose records count; all unless given.
        """
        record_id = own.record.record_id
        return {
            one.record_id: Candidate(self.weight(own.record, one), is_blocked=True)
            for one in self._sharing(own, own.usable, source=source)
            if not one.is_watchlist and self.may_be_compared(record_id, one.record_id)
        }

    def resembling(self, record_id: str) -> dict[str, float]:
        """Return match weights: of entries for a person record, of person records for an entry."""
        own = self._with_keys(record_id)
        return {
            one.record_id: self.weight(own.record, one)
            for one in self._sharing(own, own.usable_with_entry)
            if one.is_watchlist != own.record.is_watchlist
        }

    def keyed(self, standardised: Mapping[str, Any]) -> "_Keyed":
        """Return a record that may not be served, with its keys."""
        return _Keyed(self._scorer, self._scorer.record(standardised))

    def keys(self, record_id: str) -> tuple[int, ...]:
        """Return the keys by which a record is looked up, as an entry or as a person."""
        own = self._with_keys(record_id)
        usable = own.usable_with_entry if own.record.is_watchlist else own.usable
        return tuple(sorted(key for _, key in usable))

    def pair(self, left: str, right: str) -> Candidate:
        """Score two person records, whether or not a key brings them together."""
        for one, other in ((left, right), (right, left)):
            known = self._candidates.get(one) or self._candidates_in.get((one, source_of(other)))
            if known and other in known:
                return known[other]
        weight = self.weight(self._record(left), self._record(right))
        return Candidate(weight, is_blocked=self.rule(left, right) is not None)

    def rule(self, left: str, right: str) -> int | None:
        """Return the first rule that brings two records together; None when none does."""
        one, other = self._with_keys(left), self._with_keys(right)
        has_entry = one.record.is_watchlist or other.record.is_watchlist
        usable = one.usable_with_entry if has_entry else one.usable
        return min((rule for rule, key in usable if (rule, key) in other.keys), default=None)

    def contradictions(self, left: str, right: str) -> tuple[float | None, ...]:
        """Return what speaks against two records being one person, by thing."""
        return self._scorer.contradictions(self._record(left), self._record(right))

    def weight_of(self, left: str, right: str) -> float:
        """Return the match weight of two records."""
        return self.weight(self._record(left), self._record(right))

    def weight(self, one: ComparedRecord, other: ComparedRecord) -> float:
        """Return the match weight of two records, in either order."""
        if one.record_id > other.record_id:
            one, other = other, one
        return self._scorer.weight(one, other)

    def links(self, record_id: str) -> Mapping[str, PairwisePrediction]:
        """Return the served predictions of a record, by its other end."""
        if record_id not in self._links:
            found = self.view.links_of(record_id, limit=_ALL)
            self._links[record_id] = {other_end(one, record_id): one for one in found}
        return self._links[record_id]

    def is_arriving(self, record_id: str) -> bool:
        """Tell whether a record is among those that arrive, change or go."""
        return record_id in self._arriving

    def may_be_compared(self, left: str, right: str) -> bool:
        """Tell whether two records may be one person: not in a source that holds each once."""
        source = source_of(left)
        return source != source_of(right) or not self._is_duplicate_free(source, left)

    def _is_duplicate_free(self, source: str, record_id: str) -> bool:
        """Tell whether a source holds each person once, as its records say."""
        if source not in self._is_free:
            arriving = self._arriving.get(record_id)
            if arriving is None:
                stored = self.view.records([record_id])
                self._is_free[source] = bool(stored and stored[0].source_record["duplicate_free"])
            else:
                self._is_free[source] = bool(arriving["duplicate_free"])
        return self._is_free[source]

    def _sharing(
        self,
        own: "_Keyed",
        usable: Mapping[tuple[int, int], None],
        *,
        source: str | None = None,
    ) -> list[ComparedRecord]:
        """Return the records, of people and entries, that hold one of these keys of a record."""
        record_id = own.record.record_id
        if own.holders is None:
            # people are not held under keys too common for them: by these only entries are found
            keys = [key for _, key in own.usable_with_entry]
            own.holders = self.view.candidates(keys, limit=_ALL).record_ids
        found = {one for one in own.holders if one not in self._arriving}
        for arriving in self._arriving:
            if arriving in self._rows:
                theirs = self._with_keys(arriving).keys
                if any(key in theirs for key in usable):
                    found.add(arriving)
        found.discard(record_id)
        return self._records(
            sorted(one for one in found if source is None or source_of(one) == source)
        )

    def _is_gone(self, record_id: str) -> bool:
        return record_id in self._arriving and record_id not in self._rows

    def _record(self, record_id: str) -> ComparedRecord:
        """Return a record that can be weighed."""
        return self._records([record_id])[0]

    def _records(self, record_ids: Sequence[str]) -> list[ComparedRecord]:
        """Return records that can be weighed, in this order."""
        missing = []
        for record_id in record_ids:
            if record_id not in self._scored:
                if record_id in self._keyed:
                    self._scored[record_id] = self._keyed[record_id].record
                elif record_id in self._arriving:
                    row = self._rows[record_id]
                    self._scored[record_id] = self._scorer.scored_record(row)
                else:
                    missing.append(record_id)
        if missing:
            for record in self._read_compared(missing, self.view):
                self._scored[record.record_id] = record
        return [self._scored[one] for one in record_ids]

    def _with_keys(self, record_id: str) -> "_Keyed":
        found = self._keyed.get(record_id)
        if found is None:
            self._read([record_id])
            is_free = self._is_duplicate_free(source_of(record_id), record_id)
            row = {**self._rows[record_id], "duplicate_free": is_free}
            found = self._keyed[record_id] = self.keyed(row)
        return found

    def _read(self, record_ids: Iterable[str]) -> None:
        missing = [one for one in record_ids if one not in self._rows and one not in self._arriving]
        if missing:
            for row in self.view.standardised(missing):
                self._rows[row["record_id"]] = row


class _Keyed:
    """A record and its blocking keys, each with its rule."""

    def __init__(self, scorer: LiveScorer, record: ComparedRecord) -> None:
        self._scorer = scorer
        self.record = record
        self.keys = dict.fromkeys(scorer.keys(record))
        self.holders: Sequence[str] | None = None  # once they were looked up

    @cached_property
    def usable(self) -> Mapping[tuple[int, int], None]:
        """The keys that bring people together."""
        is_left_out = self._scorer.is_too_common
        return {one: None for one in self.keys if not is_left_out(*one)}

    @cached_property
    def usable_with_entry(self) -> Mapping[tuple[int, int], None]:
        """The keys that bring a person and a watchlist entry together."""
        is_left_out = self._scorer.is_too_common_for_entries
        return {one: None for one in self.keys if not is_left_out(*one)}


def source_of(record_id: str) -> str:
    """Return the source of the id of a record that there is."""
    return record_id.partition(":")[0]


def other_end(link: PairwisePrediction, record_id: str) -> str:
    """Return the end of a link that is not this record."""
    return link.right_id if link.left_id == record_id else link.left_id


def ordered(one: str, other: str) -> tuple[str, str]:
    """Return a pair as it is told: the smaller id first."""
    return (one, other) if one < other else (other, one)


def role_of(row: Mapping[str, Any]) -> Role:
    """Return what a record stands for."""
    return Role(row["role"])

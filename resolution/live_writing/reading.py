"""Notes what a plan reads of a state, so that it is known what it rests on."""

from collections.abc import Sequence
from typing import Any

from models.identity import IdentityEvent, Run, WatchlistHit
from models.live_change import Footprint, LiveBasis
from models.prediction import PairwisePrediction
from models.record import StoredRecord
from resolution.live_writing.state import FoundRecords, LiveView


class NotedView:
    """A view that notes the records and keys it is asked for, and the records it tells of."""

    def __init__(self, view: LiveView) -> None:
        """Take the view."""
        self._view = view
        self._basis = view.live_basis()
        self._record_ids: set[str] = set()
        self._keys: set[int] = set()

    @property
    def reads(self) -> Footprint:
        """Return what was read so far."""
        return Footprint(frozenset(self._record_ids), frozenset(self._keys))

    def run(self) -> Run | None:
        """Return the run that is served."""
        return self._view.run()

    def live_basis(self) -> LiveBasis:
        """Return what this state is."""
        return self._basis

    def written_after(self, live_sequence: int) -> dict[str, int]:
        """Return the records written after a live change, each with its newest."""
        return self._view.written_after(live_sequence)

    def candidates(self, keys: Sequence[int], *, limit: int) -> FoundRecords:
        """Return the records that hold any of these keys."""
        found = self._view.candidates(keys, limit=limit)
        self._keys.update(keys)
        self._record_ids.update(found.record_ids)
        return found

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        """Return these records."""
        self._record_ids.update(record_ids)
        return self._view.records(record_ids)

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return ids, role and standardised attributes of these records."""
        self._record_ids.update(record_ids)
        return self._view.standardised(record_ids)

    def links_of(self, record_id: str, *, limit: int) -> list[PairwisePrediction]:
        """Return the stored predictions of one record."""
        found = self._view.links_of(record_id, limit=limit)
        self._record_ids.add(record_id)
        self._record_ids.update(end for link in found for end in (link.left_id, link.right_id))
        return found

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        """Return watchlist hits where either end is among these."""
        found = self._view.hits_of(record_ids)
        self._record_ids.update(record_ids)
        self._record_ids.update(end for hit in found for end in (hit.entry_id, hit.record_id))
        return found

    def identities_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return identity id by record id."""
        self._record_ids.update(record_ids)
        return self._view.identities_of(record_ids)

    def members_of(self, identity_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the record ids of each identity."""
        found = self._view.members_of(identity_ids)
        self._record_ids.update(one for members in found.values() for one in members)
        return found

    def events_of(self, identity_id: str) -> list[IdentityEvent]:
        """Return every event of an identity, oldest first."""
        return self._view.events_of(identity_id)

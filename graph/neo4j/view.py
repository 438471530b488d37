"""Answers every question about one consistent state of the graph.

The server has no snapshots: a view remembers the number of its run, the moment and the newest
event, and every query leaves out what is of another run or was written later.
"""

from collections.abc import Sequence
from typing import Any

from graph.candidates import gather_candidates
from graph.golden_values import golden_values, identity_quality, packed_mark
from graph.neo4j.connections import Row, Runner, is_storable, run
from graph.neo4j.lives import IdentityLives
from graph.neo4j.served import Served
from graph.record_layout import standardised_row, stored_record
from graph.store import Candidates
from graph.stored_rows import event, prediction
from models.connection import Attribute, AttributeUsers, Relation
from models.errors import IdentityNotFoundError, RecordNotFoundError
from models.identity import (
    GoldenValue,
    IdentityEvent,
    IdentityState,
    IdentityStatus,
    Run,
    WatchlistHit,
)
from models.live_change import LiveBasis
from models.prediction import PairwisePrediction
from models.quality import IdentityQuality, WarningKind
from models.record import StoredRecord


class Neo4jView:
    """A session or transaction, and what was served when the view was opened."""

    def __init__(self, runner: Runner, served: Served) -> None:
        self._runner = runner
        self._served = served
        self._lives = IdentityLives(self._rows)
        self._layouts: dict[int, tuple[str, str]] = {}

    def run(self) -> Run | None:
        """Return the published run; None before the first publish."""
        return self._served.run

    def live_basis(self) -> LiveBasis:
        """Return what this state is: the run, and how much was written and decided since.

        Raises:
            RunNotFoundError: if nothing has been published yet.
        """
        return self._served.basis

    def written_after(self, live_sequence: int) -> dict[str, int]:
        """Return the records written after a live change, each with its newest."""
        return dict(self._rows("written_after", after=live_sequence))

    def identity(self, identity_id: str) -> IdentityState:
        """Return an identity, current or superseded; its record ids are sorted."""
        if not is_storable(identity_id):
            raise IdentityNotFoundError(identity_id)
        for record_ids, golden in self._rows("identity", identity_id=identity_id):
            if record_ids:
                return IdentityState(
                    identity_id=identity_id,
                    status=IdentityStatus.CURRENT,
                    superseded_by=(),
                    record_ids=tuple(sorted(record_ids)),
                    golden=_golden(golden),
                )
        return self._lives.former(identity_id)

    def identities_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return identity id by record id; records without an identity are left out."""
        found: dict[str, str] = dict(self._rows("identities_of", record_ids=_asked(record_ids)))
        return dict(sorted(found.items()))

    def members_of(self, identity_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the sorted record ids of each identity; one that holds none is left out."""
        rows = sorted(self._rows("members_of", identity_ids=_asked(identity_ids)))
        return {identity_id: tuple(sorted(record_ids)) for identity_id, record_ids in rows}

    def record(self, record_id: str) -> StoredRecord:
        """Return the current version of a record, of a person or of the watchlist."""
        found = self.records([record_id])
        if not found:
            raise RecordNotFoundError(record_id)
        return found[0]

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        """Return the current versions of these records in order of id; unknown ids are left out."""
        rows = sorted(self._rows("records", record_ids=_asked(record_ids)))
        found: list[StoredRecord] = []
        for record_id, role, source_record, standardised, layout_no in rows:
            source_layout, own_layout = self._layout(layout_no)
            found.append(
                stored_record(
                    record_id, role, source_record, standardised, source_layout, own_layout
                )
            )
        return found

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return what is compared of these records, in order of id; unknown ids are left out."""
        rows = sorted(self._rows("standardised", record_ids=_asked(record_ids)))
        return [
            standardised_row(record_id, role, standardised, self._layout(layout_no)[1])
            for record_id, role, standardised, layout_no in rows
        ]

    def links_among(self, record_ids: Sequence[str]) -> list[PairwisePrediction]:
        """Return the stored predictions with both ends among these, strongest first."""
        asked = set(_asked(record_ids))
        rows = self._rows("links_from", record_ids=sorted(asked))
        # The server would go through the whole list for every link.
        return _predictions([row for row in rows if row[1] in asked])

    def links_of(self, record_id: str, *, limit: int) -> list[PairwisePrediction]:
        """Return the strongest predictions of one record; empty when it has none."""
        if not is_storable(record_id):
            return []
        return _predictions(self._rows("links_of", record_id=record_id, limit=max(limit, 0)))

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        """Return watchlist hits where either end is among these, strongest first."""
        rows = self._rows("hits_of", record_ids=_asked(record_ids))
        return [WatchlistHit(*row) for row in sorted(rows, key=lambda row: (-row[2], *row[:2]))]

    def links_beyond(
        self, record_ids: Sequence[str], *, at_least: float
    ) -> list[PairwisePrediction]:
        """Return the stored predictions with just one end among these, strongest first."""
        asked = set(_asked(record_ids))
        rows = self._rows("links_around", record_ids=sorted(asked), at_least=at_least)
        return _predictions([row for row in rows if (row[0] in asked) != (row[1] in asked)])

    def uses_of(self, record_ids: Sequence[str]) -> list[tuple[str, Attribute]]:
        """Return which of these records gives which attribute, in order."""
        rows = sorted(self._rows("uses_of", record_ids=_asked(record_ids)))
        return [(record_id, Attribute.from_id(text)) for record_id, text in rows]

    def users_of(
        self, attributes: Sequence[Attribute], *, limit: int, after: str = ""
    ) -> dict[Attribute, AttributeUsers]:
        """Return the records that give each attribute; one that none gives is left out."""
        if not is_storable(after):
            return {}
        asked = _asked([one.attribute_id for one in attributes])
        rows = self._rows("users_of", attribute_ids=asked, limit=max(limit, 0), after=after)
        found = {Attribute.from_id(one): AttributeUsers(n, tuple(ids)) for one, n, ids in rows if n}
        return dict(sorted(found.items()))

    def relations_of(self, record_ids: Sequence[str]) -> list[Relation]:
        """Return what sources say of these records and others, from either end, in order."""
        rows = self._rows("relations_of", record_ids=_asked(record_ids))
        return sorted(Relation(*row) for row in rows)

    def quality_of(self, identity_ids: Sequence[str]) -> dict[str, IdentityQuality]:
        """Return how well identities hold together; one of a single record is left out."""
        rows = sorted(self._rows("quality_of", identity_ids=_asked(identity_ids)))
        return {row[0]: identity_quality(*row) for row in rows}

    def least_sound(
        self, *, limit: int, offset: int = 0, kind: WarningKind | None = None
    ) -> list[IdentityQuality]:
        """Return the identities to review first, of one kind of warning where it is given."""
        mark = packed_mark(kind) if kind else ""
        rows = self._rows("least_sound", limit=max(limit, 0), offset=max(offset, 0), mark=mark)
        return [identity_quality(*row) for row in rows]

    def events_of(self, identity_id: str) -> list[IdentityEvent]:
        """Return every event of an identity, oldest first; empty when it has none."""
        if not is_storable(identity_id):
            return []
        return [event(*row) for row in self._rows("events_of", identity_id=identity_id)]

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        """Return the person and watchlist records that hold any of these blocking keys."""
        words = [key_word(key) for key in sorted(set(keys))]
        rows = self._rows("holders_of_keys", keys=words, most=max(limit, 0) + 1)
        return gather_candidates([sorted(holders) for _, holders in rows], limit=limit)

    def _rows(self, name: str, **parameters: Any) -> list[Row]:
        return run(self._runner, name, self._served.parameters | parameters)

    def _layout(self, layout_no: int) -> tuple[str, str]:
        if layout_no not in self._layouts:
            self._layouts = {row[0]: (row[1], row[2]) for row in self._rows("layouts")}
        return self._layouts[layout_no]


def key_word(key: int) -> str:
    """Return a blocking key as the word that stands for it in the index of keys."""
    return f"k{key & 0xFFFF_FFFF_FFFF_FFFF:x}"


def _asked(record_ids: Sequence[str]) -> list[str]:
    """Return the ids that the server can know, each once."""
    return sorted({record_id for record_id in record_ids if is_storable(record_id)})


def _golden(packed: Sequence[str]) -> tuple[GoldenValue, ...]:
    return golden_values(packed[0]) if packed else ()


def _predictions(rows: Sequence[Row]) -> list[PairwisePrediction]:
    ordered = sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
    return [prediction(*row) for row in ordered]

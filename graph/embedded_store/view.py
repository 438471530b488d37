"""Answers every question about one consistent state of the store.

CROSS JOIN is SQLite's way to say that the left side is read first: from the few records asked for
to the tables, never the other way.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from graph.embedded_store.candidates_view import SERVED_BODIES, CandidatesView
from graph.embedded_store.connections_view import ConnectionsView
from graph.embedded_store.lives import IdentityLives, is_storable
from graph.embedded_store.schema import golden_no
from graph.golden_values import golden_values
from graph.record_layout import stored_record
from graph.store import Candidates
from graph.stored_rows import event, prediction
from models.connection import Attribute, AttributeUsers, Relation
from models.errors import IdentityNotFoundError, RecordNotFoundError, RunNotFoundError
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

EVENT_COLUMNS = (
    "event.sequence, identity_id, kind, run_id, at, related_ids, added_record_ids,"
    " removed_record_ids, cause"
)

# Ids bound in one statement; SQLite's default limit is 32,766.
_IDS_AT_ONCE = 1024


class EmbeddedView:
    """One read transaction, and the number of the run that was served when it began."""

    def __init__(self, connection: sqlite3.Connection, run_no: int, run: Run | None) -> None:
        self._connection = connection
        self._run_no = run_no
        self._run = run
        self._lives = IdentityLives(connection, run_no)
        self._connections = ConnectionsView(connection, run_no)
        self._candidates = CandidatesView(connection, run_no)

    def run(self) -> Run | None:
        """Return the published run; None before the first publish."""
        return self._run

    def live_basis(self) -> LiveBasis:
        """Return what this state is: the run, and how much was written and decided since.

        Raises:
            RunNotFoundError: if nothing has been published yet.
        """
        if self._run is None:
            raise RunNotFoundError("nothing has been published yet")
        live_sequence, n_decisions, write_no = self._connection.execute(
            "SELECT (SELECT coalesce(max(sequence), 0) FROM live_change),"
            " (SELECT count(*) FROM decision) + (SELECT count(*) FROM decision_withdrawal),"
            " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'live_write'), 0)"
        ).fetchone()
        return LiveBasis(self._run.run_id, live_sequence, n_decisions, write_no)

    def written_after(self, live_sequence: int) -> dict[str, int]:
        """Return the records written after a live change, each with its newest."""
        rows = self._connection.execute(
            "SELECT record_id, max(sequence) FROM live_change JOIN record USING (record_no)"
            " WHERE sequence > ? GROUP BY record_no",
            (live_sequence,),
        )
        return dict(rows.fetchall())

    def identity(self, identity_id: str) -> IdentityState:
        """Return an identity, current or superseded; its record ids are sorted."""
        identity_no = self._lives.number(identity_id)
        if identity_no is None:
            raise IdentityNotFoundError(identity_id)
        record_ids = tuple(
            row[0]
            for row in self._connection.execute(
                "SELECT record_id FROM membership JOIN record USING (record_no)"
                " WHERE run_no = ? AND identity_no = ? ORDER BY record_id",
                (self._run_no, identity_no),
            )
        )
        if record_ids:
            return IdentityState(
                identity_id=identity_id,
                status=IdentityStatus.CURRENT,
                superseded_by=(),
                record_ids=record_ids,
                golden=self._golden(identity_no),
            )
        return self._lives.former(identity_id, identity_no)

    def identities_of(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return identity id by record id; records without an identity are left out."""
        rows = self._connection.execute(
            "SELECT record_id, identity_id FROM json_each(?) AS wanted"
            " CROSS JOIN membership ON run_no = ? AND record_no = wanted.value"
            " JOIN identity USING (identity_no) JOIN record USING (record_no)"
            " ORDER BY record_id",
            (json.dumps(self._record_nos(record_ids)), self._run_no),
        )
        return dict(rows.fetchall())

    def members_of(self, identity_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the sorted record ids of each identity; one that holds none is left out."""
        asked = sorted({one for one in identity_ids if is_storable(one)})
        rows = self._connection.execute(
            "SELECT identity_id, record_id FROM json_each(?) AS wanted"
            " CROSS JOIN identity ON identity_id = wanted.value"
            " CROSS JOIN membership ON run_no = ? AND membership.identity_no = identity.identity_no"
            " JOIN record USING (record_no) ORDER BY identity_id, record_id",
            (json.dumps(asked), self._run_no),
        )
        return {
            identity_id: tuple(row[1] for row in members)
            for identity_id, members in groupby(rows, key=itemgetter(0))
        }

    def record(self, record_id: str) -> StoredRecord:
        """Return the current version of a record, of a person or of the watchlist."""
        found = self.records([record_id])
        if not found:
            raise RecordNotFoundError(record_id)
        return found[0]

    def records(self, record_ids: Sequence[str]) -> list[StoredRecord]:
        """Return the current versions of these records in order of id; unknown ids are left out."""
        rows = self._connection.execute(
            "SELECT record_id, role, source_record, standardised, source_layout,"
            f" standardised_layout FROM {SERVED_BODIES} JOIN record_body USING (body_no)"
            " JOIN record_layout USING (layout_no) JOIN record USING (record_no)"
            " ORDER BY record_id",
            {"wanted": json.dumps(self._record_nos(record_ids)), "run_no": self._run_no},
        )
        return [stored_record(*row) for row in rows]

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return what is compared of these records, in order of id; unknown ids are left out."""
        return self._candidates.standardised(self._record_nos(record_ids))

    def links_among(self, record_ids: Sequence[str]) -> list[PairwisePrediction]:
        """Return the stored predictions with both ends among these, strongest first."""
        rows = self._connection.execute(
            "WITH wanted AS MATERIALIZED (SELECT value AS record_no FROM json_each(:wanted))"
            " SELECT one.record_id, other.record_id, match_weight, blocking_rule, source_weight"
            " FROM wanted CROSS JOIN link ON run_no = :run_no AND link.record_no = wanted.record_no"
            " JOIN record AS one ON one.record_no = link.record_no"
            " JOIN record AS other ON other.record_no = other_no"
            # each link is stored from both ends: take it from the one that stands left
            # The plus keeps SQLite from looking every pair of records up in the tree of links.
            " WHERE +other_no IN (SELECT record_no FROM wanted) AND one.record_id < other.record_id"
            " ORDER BY match_weight DESC, one.record_id, other.record_id",
            {"wanted": json.dumps(self._record_nos(record_ids)), "run_no": self._run_no},
        )
        return [prediction(*row) for row in rows]

    def links_of(self, record_id: str, *, limit: int) -> list[PairwisePrediction]:
        """Return the strongest predictions of one record; empty when it has none."""
        rows = self._connection.execute(
            "SELECT min(one.record_id, other.record_id) AS left_id,"
            " max(one.record_id, other.record_id) AS right_id, match_weight, blocking_rule,"
            " source_weight"
            " FROM json_each(:wanted) AS wanted"
            " CROSS JOIN link ON run_no = :run_no AND link.record_no = wanted.value"
            " JOIN record AS one ON one.record_no = link.record_no"
            " JOIN record AS other ON other.record_no = other_no"
            " ORDER BY match_weight DESC, left_id, right_id LIMIT :limit",
            {
                "wanted": json.dumps(self._record_nos([record_id])),
                "run_no": self._run_no,
                "limit": max(limit, 0),
            },
        )
        return [prediction(*row) for row in rows]

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        """Return watchlist hits where either end is among these, strongest first."""
        rows = self._connection.execute(
            "WITH wanted AS MATERIALIZED (SELECT value AS record_no FROM json_each(:wanted)),"
            " hit AS (SELECT entry_no, hit.record_no, match_weight FROM wanted"
            "   CROSS JOIN watchlist_hit AS hit ON run_no = :run_no AND entry_no = wanted.record_no"
            "  UNION SELECT entry_no, hit.record_no, match_weight FROM wanted"
            # without being told, SQLite reads every hit of the run here
            "   CROSS JOIN watchlist_hit AS hit INDEXED BY watchlist_hit_by_record"
            "   ON run_no = :run_no AND hit.record_no = wanted.record_no)"
            " SELECT entry.record_id, record.record_id, match_weight FROM hit"
            " JOIN record AS entry ON entry.record_no = entry_no"
            " JOIN record ON record.record_no = hit.record_no"
            " ORDER BY match_weight DESC, entry.record_id, record.record_id",
            {"wanted": json.dumps(self._record_nos(record_ids)), "run_no": self._run_no},
        )
        return [WatchlistHit(*row) for row in rows]

    def links_beyond(
        self, record_ids: Sequence[str], *, at_least: float
    ) -> list[PairwisePrediction]:
        """Return the stored predictions with just one end among these, strongest first."""
        rows = self._connection.execute(
            "WITH wanted AS MATERIALIZED (SELECT value AS record_no FROM json_each(:wanted))"
            " SELECT min(one.record_id, other.record_id) AS left_id,"
            " max(one.record_id, other.record_id) AS right_id, match_weight, blocking_rule,"
            " source_weight"
            " FROM wanted CROSS JOIN link ON run_no = :run_no AND link.record_no = wanted.record_no"
            " JOIN record AS one ON one.record_no = link.record_no"
            " JOIN record AS other ON other.record_no = other_no"
            " WHERE match_weight + source_weight >= :at_least"
            " AND +other_no NOT IN (SELECT record_no FROM wanted)"
            " ORDER BY match_weight DESC, left_id, right_id",
            {
                "wanted": json.dumps(self._record_nos(record_ids)),
                "run_no": self._run_no,
                "at_least": at_least,
            },
        )
        return [prediction(*row) for row in rows]

    def uses_of(self, record_ids: Sequence[str]) -> list[tuple[str, Attribute]]:
        """Return which of these records gives which attribute, in order."""
        return self._connections.uses_of(self._record_nos(record_ids))

    def users_of(
        self, attributes: Sequence[Attribute], *, limit: int, after: str = ""
    ) -> dict[Attribute, AttributeUsers]:
        """Return the records that give each attribute; one that none gives is left out."""
        return self._connections.users_of(attributes, limit=limit, after=after)

    def relations_of(self, record_ids: Sequence[str]) -> list[Relation]:
        """Return what sources say of these records and others, from either end, in order."""
        return self._connections.relations_of(self._record_nos(record_ids))

    def quality_of(self, identity_ids: Sequence[str]) -> dict[str, IdentityQuality]:
        """Return how well identities hold together; one of a single record is left out."""
        return self._connections.quality_of(identity_ids)

    def least_sound(
        self, *, limit: int, offset: int = 0, kind: WarningKind | None = None
    ) -> list[IdentityQuality]:
        """Return the identities to review first, of one kind of warning where it is given."""
        return self._connections.least_sound(limit=limit, offset=offset, kind=kind)

    def events_of(self, identity_id: str) -> list[IdentityEvent]:
        """Return every event of an identity, oldest first; empty when it has none."""
        rows = self._connection.execute(
            f"SELECT {EVENT_COLUMNS} FROM identity_event AS event"
            " JOIN identity USING (identity_no) JOIN run USING (run_no)"
            " WHERE identity_no = ? ORDER BY event.sequence",
            (self._lives.number(identity_id),),
        )
        return [event_from(row) for row in rows]

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        """Return the person and watchlist records that hold any of these blocking keys."""
        return self._candidates.candidates(keys, limit=limit)

    def _record_nos(self, record_ids: Iterable[str]) -> list[int]:
        """Return the numbers of the ids that have one, each once."""
        wanted = sorted({record_id for record_id in record_ids if is_storable(record_id)})
        numbers: list[int] = []
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            chunk = wanted[start : start + _IDS_AT_ONCE]
            # As many places as the next power of two, so that few statements are prepared.
            places = 1 << (len(chunk) - 1).bit_length()
            rows = self._connection.execute(
                f"SELECT record_no FROM record WHERE record_id IN ({','.join('?' * places)})",
                chunk + [None] * (places - len(chunk)),
            )
            numbers.extend(row[0] for row in rows)
        return numbers

    def _golden(self, identity_no: int) -> tuple[GoldenValue, ...]:
        row = self._connection.execute(
            "SELECT golden_values FROM golden_record WHERE golden_no = ?",
            (golden_no(self._run_no, identity_no),),
        ).fetchone()
        return golden_values(row[0]) if row else ()


def event_from(row: tuple[Any, ...]) -> IdentityEvent:
    """Make an event of a row of EVENT_COLUMNS."""
    sequence, identity_id, kind, run_id, at, related, added, removed, cause = row
    lists = json.loads(related), json.loads(added), json.loads(removed)
    return event(sequence, identity_id, kind, run_id, at, *lists, cause)

"""The rows of one live change, written over the run that is served."""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.embedded_store.record_changes import layout_number
from graph.embedded_store.schema import golden_no
from graph.embedded_store.view import EmbeddedView
from graph.golden_values import pack_golden, pack_quality
from graph.live_quality import measure_served
from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT
from models.identity import IdentityEvent, Run
from models.live_change import LiveChange, RecordVersion
from models.prediction import PairwisePrediction
from models.tables import COMPLETED_WITHIN_COMPONENT


class LiveRows:
    """Writes into one run, in a write transaction that its caller holds."""

    def __init__(self, connection: sqlite3.Connection, run_no: int, run: Run | None) -> None:
        self._connection = connection
        self._run_no = run_no
        self._view = EmbeddedView(connection, run_no, run)
        self._numbers: dict[tuple[str, str], int] = {}

    def write(self, change: LiveChange, *, is_logged: bool = True) -> int:
        """Write all but the events of a change; return the sequence of its newest live change.

        `is_logged` is False when its records were logged before and are laid over another run.
        """
        for version in change.records:
            if is_logged:
                self._log(change, version)
            self._lay_over(version)
        for link in change.links:
            self._put_link(link)
        for left_id, right_id in change.links_gone:
            self._drop_link(self._record_no(left_id), self._record_no(right_id))
        for version in change.records:
            self._put_connections(version)
        for entry_id, hits in change.hits.items():
            entry_no = self._record_no(entry_id)
            self._delete("watchlist_hit", "entry_no", entry_no)
            self._insert(
                "watchlist_hit",
                [
                    (entry_no, self._record_no(hit.record_id), hit.match_weight, rule)
                    for hit, rule in hits
                ],
            )
        self._put_identities(change)
        self._measure(change)
        return int(self._value("SELECT coalesce(max(sequence), 0) FROM live_change"))

    def add_events(self, events: Iterable[IdentityEvent]) -> tuple[IdentityEvent, ...]:
        """Append events; return them with the sequences they were given."""
        added = []
        for event in events:
            cursor = self._connection.execute(
                "INSERT INTO identity_event (identity_no, kind, run_no, at, related_ids,"
                " added_record_ids, removed_record_ids, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self._identity_no(event.identity_id), event.kind.value, self._run_no,
                    event.at.isoformat(), json.dumps(event.related_ids),
                    json.dumps(event.added_record_ids), json.dumps(event.removed_record_ids),
                    event.cause,
                ),
            )  # fmt: skip
            added.append(replace(event, sequence=int(cursor.lastrowid or 0)))
        return tuple(added)

    def identity_of(self, record_id: str) -> str | None:
        """Return the identity that holds a record now."""
        row = self._connection.execute(
            "SELECT identity_id FROM membership JOIN identity USING (identity_no)"
            " WHERE run_no = ? AND record_no = ?",
            (self._run_no, self._record_no(record_id)),
        ).fetchone()
        return str(row[0]) if row else None

    def _log(self, change: LiveChange, version: RecordVersion) -> None:
        body = None if version.source_record is None else SOURCE_LAYOUT.pack(version.source_record)
        self._connection.execute(
            "INSERT INTO live_change (record_no, at, author, layout_no, source_record)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                self._record_no(version.record_id), change.at.isoformat(), change.author,
                layout_number(self._connection), body,
            ),
        )  # fmt: skip

    def _lay_over(self, version: RecordVersion) -> None:
        """Serve a version instead of whatever the run holds of the record."""
        place = (self._run_no, self._record_no(version.record_id))
        former = self._connection.execute(
            "SELECT body_no, keys FROM live_version WHERE run_no = ? AND record_no = ?", place
        ).fetchone()
        if former:
            self._connection.execute("DELETE FROM record_body WHERE body_no = ?", former[:1])
            self._connection.executemany(
                "DELETE FROM live_key WHERE run_no = ? AND record_no = ? AND key = ?",
                [(*place, key) for key in array("q", former[1])],
            )
        body_no = None
        if version.source_record is not None and version.standardised is not None:
            body_no = self._connection.execute(
                "INSERT INTO record_body (layout_no, source_record, standardised) VALUES (?, ?, ?)",
                (
                    layout_number(self._connection),
                    SOURCE_LAYOUT.pack(version.source_record),
                    STANDARDISED_LAYOUT.pack(version.standardised),
                ),
            ).lastrowid
        self._connection.execute(
            "INSERT OR REPLACE INTO live_version VALUES (?, ?, ?, ?, ?)",
            (*place, version.role.value, body_no, array("q", version.keys).tobytes()),
        )
        self._connection.executemany(
            "INSERT INTO live_key VALUES (?, ?, ?)",
            [(place[0], key, place[1]) for key in version.keys],
        )

    def _put_link(self, link: PairwisePrediction) -> None:
        left, right = self._record_no(link.left_id), self._record_no(link.right_id)
        rule = COMPLETED_WITHIN_COMPONENT if link.blocking_rule is None else link.blocking_rule
        weighed = (link.match_weight, rule, link.source_weight)
        self._drop_link(left, right)
        self._insert("link", [(left, right, *weighed), (right, left, *weighed)])

    def _drop_link(self, left: int, right: int) -> None:
        self._connection.executemany(
            "DELETE FROM link WHERE run_no = ? AND record_no = ? AND other_no = ?",
            [(self._run_no, left, right), (self._run_no, right, left)],
        )

    def _put_connections(self, version: RecordVersion) -> None:
        """Replace the attributes of a record, and what it says of others that are there."""
        record_no = self._record_no(version.record_id)
        self._delete("attribute_use", "record_no", record_no)
        self._delete("relation", "record_no", record_no)
        self._insert(
            "attribute_use",
            [(record_no, self._number("attribute", use.attribute_id)) for use in version.uses],
        )
        said = [(self._known_no(one.other_id), one.kind) for one in version.relations]
        self._insert(
            "relation", [(record_no, other, kind) for other, kind in said if other is not None]
        )
        if version.is_gone:
            self._delete("relation", "other_no", record_no)

    def _put_identities(self, change: LiveChange) -> None:
        for record_id, identity_id in change.memberships.items():
            record_no = self._record_no(record_id)
            self._delete("membership", "record_no", record_no)
            if identity_id is not None:
                self._insert("membership", [(record_no, self._identity_no(identity_id))])
        for identity_id, values in change.golden.items():
            identity_no = self._identity_no(identity_id)
            place = golden_no(self._run_no, identity_no)
            self._connection.execute("DELETE FROM golden_record WHERE golden_no = ?", (place,))
            if values is not None:
                self._connection.execute(
                    "INSERT INTO golden_record VALUES (?, ?)", (place, pack_golden(values))
                )

    def _measure(self, change: LiveChange) -> None:
        """Measure the identities that changed anew, as they are served now."""
        of_records = self._view.identities_of(sorted(change.writes.record_ids))
        touched = {*of_records.values(), *change.golden}
        found = measure_served(self._view, touched, link_weight=change.link_weight)
        for identity_id in touched:
            self._delete("identity_quality", "identity_no", self._identity_no(identity_id))
        self._insert(
            "identity_quality",
            [
                (self._identity_no(identity_id), quality.concern, pack_quality(quality))
                for identity_id, quality in found.items()
            ],
        )

    def _known_no(self, record_id: str) -> int | None:
        """Return the number of a record that is served; None for any other."""
        row = self._connection.execute(
            "SELECT record_no FROM record WHERE record_id = :record_id AND coalesce("
            " (SELECT body_no IS NOT NULL FROM live_version AS live"
            "  WHERE live.run_no = :run_no AND live.record_no = record.record_no),"
            " (SELECT body_no IS NOT NULL FROM record_version AS version"
            "  WHERE version.record_no = record.record_no AND since <= :run_no"
            "  ORDER BY since DESC LIMIT 1), 0)",
            {"record_id": record_id, "run_no": self._run_no},
        ).fetchone()
        return int(row[0]) if row else None

    def _record_no(self, record_id: str) -> int:
        return self._number("record", record_id)

    def _identity_no(self, identity_id: str) -> int:
        return self._number("identity", identity_id)

    def _number(self, kind: str, text: str) -> int:
        """Return the number of an id, a new one where it has none."""
        known = self._numbers.get((kind, text))
        if known is None:
            row = self._connection.execute(
                f"SELECT {kind}_no FROM {kind} WHERE {kind}_id = ?", (text,)
            ).fetchone()
            if row is None:
                row = self._connection.execute(
                    f"INSERT INTO {kind} VALUES ((SELECT coalesce(max({kind}_no), 0) + 1"
                    f" FROM {kind}), ?) RETURNING {kind}_no",
                    (text,),
                ).fetchone()
            known = self._numbers[kind, text] = int(row[0])
        return known

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows of the run, given without its number."""
        if rows:
            places = ", ".join("?" * (len(rows[0]) + 1))
            self._connection.executemany(
                f"INSERT INTO {table} VALUES ({places})", [(self._run_no, *row) for row in rows]
            )

    def _delete(self, table: str, column: str, number: int) -> None:
        self._connection.execute(
            f"DELETE FROM {table} WHERE run_no = ? AND {column} = ?", (self._run_no, number)
        )

    def _value(self, query: str) -> int:
        (value,) = self._connection.execute(query).fetchone()
        return int(value)

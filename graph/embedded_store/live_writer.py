"""Changes what is served, a few records at a time, each change in one transaction."""

import json
import sqlite3
from array import array
from threading import BoundedSemaphore

from graph.embedded_store.connections import Connected, ConnectionPool
from graph.embedded_store.decision_log import logged_decisions
from graph.embedded_store.live_rows import LiveRows
from graph.embedded_store.reader import served_run
from graph.embedded_store.view import EVENT_COLUMNS, EmbeddedView, event_from
from graph.record_layout import SOURCE_LAYOUT
from graph.store import LivePlan
from graph.stored_rows import in_force
from models.decision import Decision
from models.errors import RequestConflictError, RunNotFoundError
from models.live_change import Footprint, LiveAnswer, LiveChange, LiveRequest, RecordChange

# So often a change is worked out beside other writers; then once while they wait.
_TRIES_BESIDE = 3

# Of one process, so many plan at a time: more would only take each other's processor, so that each
# works longer and more of them have to plan again. Two, so that a large one lets small ones pass.
_PLANNERS = 2

# Whoever works longer than so many writes of others plans again.
_WRITES_KEPT = 1_000


class EmbeddedLiveWriter(Connected):
    """Writes live changes, and reads what was written."""

    def __init__(self, pool: ConnectionPool) -> None:
        super().__init__(pool)
        self._planning = BoundedSemaphore(_PLANNERS)

    def write_live(self, plan: LivePlan, *, request: LiveRequest | None = None) -> LiveAnswer:
        """Apply what a plan works out, on no other state than it saw.

        Raises:
            RequestConflictError: if the key of the request came with another request.
        """
        with self._planning:
            return self._write(plan, request)

    def _write(self, plan: LivePlan, request: LiveRequest | None) -> LiveAnswer:
        for _ in range(_TRIES_BESIDE):
            with self._pool.reading() as connection:
                answer = _answered(connection, request)
                if answer is not None:
                    return answer
                change = _planned(connection, plan)
            with self._pool.writing() as connection:
                answer = _answered(connection, request)
                if answer is not None:
                    return answer
                if _still_holds(connection, change):
                    return _apply(connection, change, request)
        with self._pool.writing() as connection:
            answer = _answered(connection, request)
            return answer or _apply(connection, _planned(connection, plan), request)

    def live_changes(self, *, after: int) -> tuple[int, list[RecordChange]]:
        """Return what was written outside runs after a live change: of each record the newest."""
        with self._pool.reading() as connection:
            return live_changes(connection, after)


def live_changes(connection: sqlite3.Connection, after: int) -> tuple[int, list[RecordChange]]:
    """Return the newest live change of all, and of each record written after one the newest."""
    (newest,) = connection.execute("SELECT coalesce(max(sequence), 0) FROM live_change").fetchone()
    rows = connection.execute(
        # A lone max() makes SQLite take the other columns from the row that has it.
        "SELECT record_id, source_record, source_layout, max(sequence) FROM live_change"
        " JOIN record USING (record_no) JOIN record_layout USING (layout_no)"
        " WHERE sequence > ? GROUP BY record_no ORDER BY record_id",
        (after,),
    )
    return newest, [
        RecordChange(record_id, None if body is None else SOURCE_LAYOUT.unpack(body, layout))
        for record_id, body, layout, _ in rows
    ]


def _planned(connection: sqlite3.Connection, plan: LivePlan) -> LiveChange:
    return plan(_view(connection), _decisions(connection))


def _decisions(connection: sqlite3.Connection) -> list[Decision]:
    return in_force(logged_decisions(connection))


def _view(connection: sqlite3.Connection) -> EmbeddedView:
    run_no, run = served_run(connection)
    if run is None:
        raise RunNotFoundError("nothing has been published yet: `identigraph run` makes a run")
    return EmbeddedView(connection, run_no, run)


def _answered(connection: sqlite3.Connection, request: LiveRequest | None) -> LiveAnswer | None:
    """Return what a request was answered when it came before; None for a new one."""
    if request is None:
        return None
    row = connection.execute(
        "SELECT digest, live_sequence, first_event, last_event, identities FROM live_request"
        " WHERE request_key = ?",
        (request.key,),
    ).fetchone()
    if row is None:
        return None
    digest, live_sequence, first_event, last_event, identities = row
    if digest != request.digest:
        raise RequestConflictError(
            f"the idempotency key {request.key!r} came before with another request:"
            " choose a new one"
        )
    events = connection.execute(
        f"SELECT {EVENT_COLUMNS} FROM identity_event AS event"
        " JOIN identity USING (identity_no) JOIN run USING (run_no)"
        " WHERE event.sequence BETWEEN ? AND ? ORDER BY event.sequence",
        (first_event, last_event),
    )
    found = tuple(event_from(row) for row in events)
    return LiveAnswer(live_sequence, json.loads(identities), found, is_repeated=True)


def _still_holds(connection: sqlite3.Connection, change: LiveChange) -> bool:
    """Tell whether nothing that a change rests on was changed since it was worked out."""
    now, then = _view(connection).live_basis(), change.basis
    if (now.run_id, now.n_decisions) != (then.run_id, then.n_decisions):
        return False
    rows = connection.execute(
        "SELECT record_ids, keys FROM live_write WHERE write_no > ?", (then.write_no,)
    ).fetchall()
    if len(rows) != now.write_no - then.write_no:
        return False  # some were swept: it took very long
    written = (
        Footprint(frozenset(json.loads(record_ids)), frozenset(array("q", keys)))
        for record_ids, keys in rows
    )
    return not any(one.meets(change.reads) for one in written)


def _note(connection: sqlite3.Connection, change: LiveChange) -> None:
    """Note what a change wrote, and forget what was written long ago."""
    writes = change.writes
    cursor = connection.execute(
        "INSERT INTO live_write (record_ids, keys) VALUES (?, ?)",
        (json.dumps(sorted(writes.record_ids)), array("q", sorted(writes.keys)).tobytes()),
    )
    connection.execute(
        "DELETE FROM live_write WHERE write_no <= ?", ((cursor.lastrowid or 0) - _WRITES_KEPT,)
    )


def _apply(
    connection: sqlite3.Connection, change: LiveChange, request: LiveRequest | None
) -> LiveAnswer:
    """Write a change over the run that is served, and note that it was."""
    rows = LiveRows(connection, *served_run(connection))
    live_sequence = rows.write(change)
    events = rows.add_events(change.events)
    _note(connection, change)
    identities = {
        one.record_id: None if one.is_gone else rows.identity_of(one.record_id)
        for one in change.records
    }
    if request is not None:
        connection.execute(
            "INSERT INTO live_request VALUES (?, ?, ?, ?, ?, ?)",
            (
                request.key, request.digest, live_sequence,
                events[0].sequence if events else 1, events[-1].sequence if events else 0,
                json.dumps(identities),
            ),
        )  # fmt: skip
    return LiveAnswer(live_sequence, identities, events)

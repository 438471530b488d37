"""Hands out consistent views of the store, and reads the lists that stand outside them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from graph.embedded_store.connections import Connected
from graph.embedded_store.view import EVENT_COLUMNS, EmbeddedView, event_from
from models.identity import IdentityEvent, Run

RUN_COLUMNS = (
    "run_id, status, model_version, fingerprint, started_at, finished_at, change_sequence, summary"
)


class EmbeddedReader(Connected):
    """Reads what is published."""

    @contextmanager
    def view(self) -> Iterator[EmbeddedView]:
        """Open one consistent state: one read transaction of SQLite."""
        with self._pool.reading() as connection:
            # The first read fixes the state that every later one sees.
            yield EmbeddedView(connection, *served_run(connection))

    def published_run(self) -> Run | None:
        """Return the run that is served; None before the first publish."""
        with self.view() as view:
            return view.run()

    def runs(self, *, limit: int) -> list[Run]:
        """Return runs, newest first."""
        with self._pool.reading() as connection:
            rows = connection.execute(
                f"SELECT {RUN_COLUMNS} FROM run ORDER BY run_no DESC LIMIT ?", (max(limit, 0),)
            )
            return [_run_from(row) for row in rows]

    def events_after(self, sequence: int, *, limit: int) -> list[IdentityEvent]:
        """Return events with a higher sequence, in order."""
        with self._pool.reading() as connection:
            return events_after(connection, sequence, limit=limit)


def events_after(
    connection: sqlite3.Connection, sequence: int, *, limit: int = 1 << 62
) -> list[IdentityEvent]:
    """Return events with a higher sequence, in order."""
    rows = connection.execute(
        f"SELECT {EVENT_COLUMNS} FROM identity_event AS event"
        " JOIN identity USING (identity_no) JOIN run USING (run_no)"
        " WHERE event.sequence > ? ORDER BY event.sequence LIMIT ?",
        (sequence, max(limit, 0)),
    )
    return [event_from(row) for row in rows]


def served_run(connection: sqlite3.Connection) -> tuple[int, Run | None]:
    """Return the number of the run that is served, and the run; 0 and None if there is none."""
    row = connection.execute(
        f"SELECT run_no, {RUN_COLUMNS} FROM run WHERE status = 'published'"
    ).fetchone()
    return (row[0], _run_from(row[1:])) if row else (0, None)


def _run_from(row: sqlite3.Row | tuple[object, ...]) -> Run:
    """Build a run from a row of RUN_COLUMNS."""
    run_id, status, model_version, fingerprint, started_at, finished_at, sequence, summary = row
    return Run(
        run_id=str(run_id),
        status=str(status),
        model_version=str(model_version),
        fingerprint=str(fingerprint),
        started_at=datetime.fromisoformat(str(started_at)),
        finished_at=datetime.fromisoformat(str(finished_at)) if finished_at else None,
        change_sequence=int(str(sequence)),
        summary=json.loads(str(summary)),
    )

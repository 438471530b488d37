"""Hands out consistent views of the graph, and reads the lists that stand outside them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from graph.neo4j.connections import Connected, Connections, run
from graph.neo4j.view import Neo4jView
from graph.stored_rows import event
from models.errors import BackendUnavailableError
from models.identity import IdentityEvent, Run


class Neo4jReader(Connected):
    """Reads what is published."""

    @contextmanager
    def view(self) -> Iterator[Neo4jView]:
        """Open one consistent state: every query of it is bound to one run and one event.

        Raises:
            BackendUnavailableError: at the end, if the view stayed open for so long that its run
                was taken out of use meanwhile: two others were published.
        """
        began = time.monotonic()
        with self._connections.session(is_reading=True) as session:
            run_no, last_event, served = run(session, "view")[0]
            yield Neo4jView(session, run_no, last_event, run_from(served) if served else None)
            # Nothing is swept before the grace is over, so short views need not ask.
            if served and time.monotonic() - began > self._connections.settings.grace_s / 2:
                require_kept(self._connections, run_no)

    def published_run(self) -> Run | None:
        """Return the run that is served; None before the first publish."""
        _, _, served = self._connections.read("view")[0]
        return run_from(served) if served else None

    def runs(self, *, limit: int) -> list[Run]:
        """Return runs, newest first."""
        rows = self._connections.read("runs", {"limit": max(limit, 0)})
        return [run_from(row[0]) for row in rows]

    def events_after(self, sequence: int, *, limit: int) -> list[IdentityEvent]:
        """Return events with a higher sequence, in order."""
        rows = self._connections.read(
            "events_after", {"sequence": sequence, "limit": max(limit, 0)}
        )
        return [event(*row) for row in rows]


def require_kept(connections: Connections, run_no: int) -> None:
    """Refuse what was read of a run that was taken out of use meanwhile.

    Raises:
        BackendUnavailableError: if it was.
    """
    if connections.read("run_is_kept", {"run": run_no}) != [(True,)]:
        raise BackendUnavailableError(
            "two runs were published while this was read: ask again for an answer of today"
        )


def run_from(properties: dict[str, Any]) -> Run:
    """Build a run from the properties of its node."""
    finished_at = properties.get("finished_at")
    return Run(
        run_id=properties["run_id"],
        status=properties["status"],
        model_version=properties["model_version"],
        fingerprint=properties["fingerprint"],
        started_at=datetime.fromisoformat(properties["started_at"]),
        finished_at=datetime.fromisoformat(finished_at) if finished_at else None,
        change_sequence=properties["change_sequence"],
        summary=json.loads(properties["summary"]),
    )


def properties_of(made: Run) -> dict[str, Any]:
    """Return the properties of a run's node, its status aside."""
    return {
        "run_id": made.run_id,
        "model_version": made.model_version,
        "fingerprint": made.fingerprint,
        "started_at": made.started_at.isoformat(),
        "finished_at": made.finished_at.isoformat() if made.finished_at else None,
        "change_sequence": made.change_sequence,
        "summary": json.dumps(made.summary),
    }

"""Hands out consistent views of the graph, and reads the lists that stand outside them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from graph.neo4j.connections import Connected, Connections, Runner, run
from graph.neo4j.served import read_served, run_from, served
from graph.neo4j.view import Neo4jView
from graph.stored_rows import event
from models.errors import BackendUnavailableError
from models.identity import IdentityEvent, Run


class Neo4jReader(Connected):
    """Reads what is published."""

    @contextmanager
    def view(self) -> Iterator[Neo4jView]:
        """Open one consistent state: every query of it is bound to one run, moment and event.

        Raises:
            BackendUnavailableError: at the end, if the view stayed open for so long that its run
                was taken out of use meanwhile: two others were published.
        """
        began = time.monotonic()
        with self._connections.session(is_reading=True) as session:
            now = served(session)
            yield Neo4jView(session, now)
            # Nothing is swept before the grace is over, so short views need not ask.
            if now.run and time.monotonic() - began > self._connections.settings.grace_s / 2:
                require_kept(self._connections, now.run_no)

    def published_run(self) -> Run | None:
        """Return the run that is served; None before the first publish."""
        return read_served(self._connections).run

    def runs(self, *, limit: int) -> list[Run]:
        """Return runs, newest first."""
        rows = self._connections.read("runs", {"limit": max(limit, 0)})
        return [run_from(row[0]) for row in rows]

    def events_after(self, sequence: int, *, limit: int) -> list[IdentityEvent]:
        """Return events with a higher sequence, in order."""
        with self._connections.session(is_reading=True) as session:
            return events_after(session, sequence, limit=limit)


def events_after(runner: Runner, sequence: int, *, limit: int) -> list[IdentityEvent]:
    """Return events with a higher sequence, in order."""
    rows = run(runner, "events_after", {"sequence": sequence, "limit": max(limit, 0)})
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

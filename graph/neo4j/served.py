"""What is served at one moment: the run, how far live writes over it came, the newest event."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import neo4j

from graph.neo4j.connections import Connections, Row, Runner, run
from models.errors import RunNotFoundError
from models.identity import Run
from models.live_change import LiveBasis

# Each live write moves the moment on by this: a run's moments lie between its number and the next,
# and a server's floats hold four billion of them exactly, over a million runs.
_STEP = 2.0**-32


@dataclass(frozen=True, slots=True)
class Served:
    """What every query of a view is bound to.

    Attributes:
        run_no: number of the run that is served; 0 before the first.
        moment: the run's number, and a step more for each live write over it.
        last_event: sequence of the newest event.
        run: the run; None before the first.
        live_sequence: the newest live change.
        n_decisions: decisions and withdrawals ever made.
    """

    run_no: int
    moment: float
    last_event: int
    run: Run | None
    live_sequence: int
    n_decisions: int

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what queries call it by."""
        return {
            "run": self.run_no,
            "moment": self.moment,
            "last_event": self.last_event,
            "live_sequence": self.live_sequence,
        }

    @property
    def basis(self) -> LiveBasis:
        """Return what this state is to a live change.

        Raises:
            RunNotFoundError: if nothing has been published yet.
        """
        if self.run is None:
            raise RunNotFoundError("nothing has been published yet: `identigraph run` makes a run")
        return LiveBasis(self.run.run_id, self.live_sequence, self.n_decisions, self.write_no)

    @property
    def write_no(self) -> int:
        """Return how many live writes over the run there were."""
        return round((self.moment - self.run_no) / _STEP)

    def moment_of(self, write_no: int) -> float:
        """Return when a live write over the run took place."""
        return self.run_no + write_no * _STEP

    @property
    def next_moment(self) -> float:
        """Return when the next live write takes place."""
        return self.moment + _STEP

    @property
    def end(self) -> float:
        """Return when all that is written live over this run ends: before any run after it."""
        return self.run_no + 1 - _STEP


def take_lock(tx: neo4j.ManagedTransaction) -> Served:
    """Hold the lock of the store to the end of a transaction; return what is served.

    What was written before is shown with it: what a transaction writes is served once another has
    held the lock after it.
    """
    run(tx, "begin_lock")
    run(tx, "show_written")
    return served(tx)


def note_written(tx: neo4j.ManagedTransaction, written: Served) -> None:
    """Have this be served once the transaction, which holds the lock, is committed whole."""
    values = [written.run_no, written.moment, written.last_event, written.live_sequence]
    run(tx, "note_written", {"written": [float(value) for value in values]})


def served(runner: Runner) -> Served:
    """Read what is served now."""
    return _served(run(runner, "view")[0])


def read_served(connections: Connections) -> Served:
    """Read what is served now, in a session of its own."""
    return _served(connections.read("view")[0])


def _served(row: Row) -> Served:
    run_no, moment, last_event, properties, live_sequence, n_decisions = row
    found = run_from(properties) if properties else None
    return Served(run_no, moment, last_event, found, live_sequence, n_decisions)


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

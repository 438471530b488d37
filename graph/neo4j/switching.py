"""Moves the pointer to a run that was built, with what was written and decided meanwhile."""

from dataclasses import replace

import neo4j

from graph.neo4j.connections import run
from graph.neo4j.ingest_log import live_changes
from graph.neo4j.live_rows import lay_over
from graph.neo4j.reader import events_after
from graph.neo4j.served import Served, note_written, properties_of, take_lock
from graph.neo4j.view import Neo4jView
from graph.store import CatchUp
from graph.stored_rows import logged_decision
from models.errors import BackendUnavailableError
from models.identity import Run
from models.live_change import CaughtUp

# More than there ever are between the begin of a run and its switch.
_ALL = 1 << 62


def switch_to(
    tx: neo4j.ManagedTransaction,
    made: Run,
    *,
    run_no: int,
    n_events: int,
    catch_up: CatchUp | None,
) -> None:
    """Have a run served once this is committed: take the lock, catch up, append the events.

    Args:
        tx: commits it all, or nothing.
        made: the run, finished.
        run_no: its number.
        n_events: staged for it.
        catch_up: works out what it does not know yet.

    Raises:
        BackendUnavailableError: if the run is no longer being built.
    """
    former = take_lock(tx)
    if not run(tx, "is_being_built", {"run_no": run_no, "run_id": made.run_id}):
        raise BackendUnavailableError(
            f"run {made.run_id!r} is no longer being built: another was begun"
        )
    coming = replace(
        former, run_no=run_no, moment=float(run_no), run=replace(made, status="published")
    )
    caught = _caught_up(tx, made, former, coming, catch_up) if catch_up and former.run else None
    if caught and caught.settled:
        dropped = {"batch_no": run_no, "identity_ids": sorted(caught.settled)}
        [(n_events,)] = run(tx, "drop_events_of", dropped)
    published = {"run": properties_of(made), "former": former.run_no, "n_events": n_events}
    run(tx, "switch", {**coming.parameters, **published, "run_no": run_no})
    coming = replace(coming, last_event=former.last_event + n_events)
    if caught:
        lay_over(tx, coming, caught.change, is_logged=False)
    else:
        note_written(tx, coming)
    run(tx, "end_lanes")


def _caught_up(
    tx: neo4j.ManagedTransaction, made: Run, former: Served, coming: Served, catch_up: CatchUp
) -> CaughtUp | None:
    """Work out what was written and decided since the coming run took its records."""
    return catch_up(
        new=Neo4jView(tx, coming),
        old=Neo4jView(tx, former),
        changes=live_changes(tx, after=made.live_sequence, until=former.live_sequence),
        decisions=[logged_decision(*row) for row in run(tx, "decisions")],
        events=events_after(tx, made.change_sequence, limit=_ALL),
    )

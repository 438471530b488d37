"""Changes what is served, a few records at a time, each change in one transaction."""

import json
from dataclasses import replace

import neo4j

from graph.neo4j.connections import Connected, Runner, run
from graph.neo4j.live_rows import lay_over
from graph.neo4j.reader import events_after
from graph.neo4j.served import Served, served, take_lock
from graph.neo4j.view import Neo4jView
from graph.store import LivePlan
from graph.stored_rows import in_force, logged_decision
from models.errors import RequestConflictError
from models.live_change import Footprint, LiveAnswer, LiveChange, LiveRequest

# So often a change is worked out beside other writers; then once while they wait.
_TRIES_BESIDE = 3

# Whoever works longer than so many writes of others plans again.
_WRITES_KEPT = 1_000


class Neo4jLiveWriter(Connected):
    """Writes live changes. All that changes what they rest on takes the lock of the store."""

    def write_live(self, plan: LivePlan, *, request: LiveRequest | None = None) -> LiveAnswer:
        """Apply what a plan works out, on no other state than it saw.

        Raises:
            RequestConflictError: if the key of the request came with another request.
        """
        answer: LiveAnswer | None = None
        for _ in range(_TRIES_BESIDE):
            # Writing, so that a cluster answers from where the lock is held.
            with self._connections.session(is_reading=False) as session:
                now = served(session)
                answer = _answered(session, now, request)
                if answer is not None:
                    return answer
                change = _planned(session, now, plan)
            answer = self._applied(change, request)
            if answer is not None:
                break
        answer = answer or self._planned_and_applied(plan, request)
        self._connections.write(take_lock)  # which shows what was written
        return answer

    def _applied(self, change: LiveChange, request: LiveRequest | None) -> LiveAnswer | None:
        """Apply a change if it still holds; None if it does not."""

        def apply(tx: neo4j.ManagedTransaction) -> LiveAnswer | None:
            now = take_lock(tx)
            answer = _answered(tx, now, request)
            if answer is None and _still_holds(tx, now, change):
                answer = _apply(tx, now, change, request)
            return answer

        answer: LiveAnswer | None = self._connections.write(apply)
        return answer

    def _planned_and_applied(self, plan: LivePlan, request: LiveRequest | None) -> LiveAnswer:
        """Plan and apply while nobody else can write."""

        def plan_and_apply(tx: neo4j.ManagedTransaction) -> LiveAnswer:
            now = take_lock(tx)
            answer = _answered(tx, now, request)
            return answer or _apply(tx, now, _planned(tx, now, plan), request)

        answer: LiveAnswer = self._connections.write(plan_and_apply)
        return answer


def _planned(runner: Runner, now: Served, plan: LivePlan) -> LiveChange:
    """Have a change worked out, on the decisions that are read here, whatever was counted before.

    Raises:
        RunNotFoundError: if nothing has been published yet.
    """
    logged = [logged_decision(*row) for row in run(runner, "decisions")]
    n_decisions = len(logged) + sum(one.withdrawal is not None for one in logged)
    _ = now.basis
    return plan(Neo4jView(runner, replace(now, n_decisions=n_decisions)), in_force(logged))


def _still_holds(tx: neo4j.ManagedTransaction, now: Served, change: LiveChange) -> bool:
    """Tell whether nothing that a change rests on was changed since it was worked out."""
    basis, then = now.basis, change.basis
    if (basis.run_id, basis.n_decisions) != (then.run_id, then.n_decisions):
        return False
    rows = run(tx, "writes_after", {"after": now.moment_of(then.write_no)})
    if len(rows) != basis.write_no - then.write_no:
        return False  # some were forgotten: it took very long
    written = (Footprint(frozenset(record_ids), frozenset(keys)) for record_ids, keys in rows)
    return not any(one.meets(change.reads) for one in written)


def _note(tx: neo4j.ManagedTransaction, written: Served, change: LiveChange) -> None:
    """Note what a change wrote, and forget what was written long ago."""
    noted = {
        "moment": written.moment,
        "record_ids": sorted(change.writes.record_ids),
        "keys": sorted(change.writes.keys),
        "forgotten": written.moment_of(written.write_no - _WRITES_KEPT),
    }
    run(tx, "note_write", noted)


def _answered(runner: Runner, now: Served, request: LiveRequest | None) -> LiveAnswer | None:
    """Return what a request was answered when it came before; None for a new one."""
    if request is None:
        return None
    rows = run(runner, "live_request", {**now.parameters, "key": request.key})
    if not rows:
        return None
    [(digest, live_sequence, first_event, last_event, identities)] = rows
    if digest != request.digest:
        raise RequestConflictError(
            f"the idempotency key {request.key!r} came before with another request:"
            " choose a new one"
        )
    n_events = last_event - first_event + 1
    events = tuple(events_after(runner, first_event - 1, limit=n_events)) if n_events else ()
    return LiveAnswer(live_sequence, json.loads(identities), events, is_repeated=True)


def _apply(
    tx: neo4j.ManagedTransaction, now: Served, change: LiveChange, request: LiveRequest | None
) -> LiveAnswer:
    """Write a change over the run that is served, and note that it was."""
    written, events = lay_over(tx, now, change)
    _note(tx, written, change)
    view = Neo4jView(tx, written)
    held = view.identities_of([one.record_id for one in change.records if not one.is_gone])
    identities = {one.record_id: held.get(one.record_id) for one in change.records}
    if request is not None:
        noted = {
            "key": request.key, "digest": request.digest, "moment": written.moment,
            "live_sequence": written.live_sequence,
            "first_event": events[0].sequence if events else 1,
            "last_event": events[-1].sequence if events else 0,
            "identities": json.dumps(identities),
        }  # fmt: skip
        run(tx, "add_live_request", noted)
    return LiveAnswer(written.live_sequence, identities, events)

"""Lays what was written and decided while a run was made over that run, as it is switched to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from models.decision import LoggedDecision
from models.identity import IdentityEvent
from models.live_change import CaughtUp, RecordChange
from resolution.identities.live_lives import settle_identities
from resolution.live_writing.plan import (
    LivePlanner,
    Planned,
    births_of,
    events_of,
    golden_of,
    served,
)
from resolution.live_writing.state import LiveView


def catch_up(
    planner: Callable[[], LivePlanner],
    *,
    new: LiveView,
    old: LiveView,
    changes: Sequence[RecordChange],
    decisions: Sequence[LoggedDecision],
    events: Sequence[IdentityEvent],
    new_identity_id: Callable[[], str],
) -> CaughtUp | None:
    """Work out what a new run does not know yet; None when there is nothing.

    The identities it concerns take their ids from what is served until now, as if the run had held
    it all: what the run itself said of their lives is replaced.

    Args:
        planner: gives the planner of the new run's match model; asked only if there is something.
        new: the run that is switched to.
        old: the run that is served until now, with everything written over it.
        changes: what was written since the new run took its records.
        decisions: all that were ever made.
        events: what happened to identities since the new run was begun.
        new_identity_id: issues an id that was never issued before.
    """
    run = served(new)
    reconsidered = _decided_since(decisions, run.honours_until)
    if not changes and not reconsidered:
        return None
    in_force = [one.decision for one in decisions if one.withdrawal is None]
    planned = planner().work_out(changes, new, in_force, reconsidered=reconsidered)
    people = _People(planned, new, old)
    moved = {
        one for event in events for one in (*event.added_record_ids, *event.removed_record_ids)
    }
    concerned = people.around({*moved, *(one.record_id for one in planned.records)})
    clusters = people.clusters(concerned)
    former = people.former(concerned)
    now, happenings = settle_identities(
        clusters, former, births_of(old, former), new_identity_id=new_identity_id
    )
    given = new.identities_of(sorted(concerned))
    told = {*former, *given.values(), *now.values(), *(event.identity_id for event in events)}
    change = planned.change(
        at=run.finished_at or run.started_at,
        author=run.run_id,
        memberships={
            record_id: now.get(record_id)
            for record_id in sorted(concerned)
            if now.get(record_id) != given.get(record_id)
        },
        golden=golden_of(planned.state, now, {*given.values(), *now.values()}),
        events=events_of(
            happenings,
            run_id=run.run_id,
            at=run.finished_at or run.started_at,
            cause=f"{run.run_id}, with what was written and decided meanwhile",
        ),
    )
    return CaughtUp(change, frozenset(told))


def _decided_since(decisions: Iterable[LoggedDecision], began: datetime) -> set[str]:
    """Return the records of decisions that were made or withdrawn since a run was begun."""
    return {
        record_id
        for one in decisions
        if one.decision.at >= began or (one.withdrawal and one.withdrawal.at >= began)
        for record_id in one.decision.record_ids
    }


class _People:
    """Who belongs to whom in the new run with what was written laid over it, and in the old."""

    def __init__(self, planned: Planned, new: LiveView, old: LiveView) -> None:
        self._new = new
        self._old = old
        self._cluster_of: dict[str, str | None] = {
            one.record_id: None for one in planned.records if one.is_gone
        }
        self._clusters: dict[str, Sequence[str]] = {}
        for cluster in planned.parted.clusters:
            self._clusters[cluster[0]] = cluster
            self._cluster_of |= dict.fromkeys(cluster, cluster[0])

    def around(self, record_ids: Iterable[str]) -> set[str]:
        """Return records and all that they share an identity with, before or now, and so on."""
        found: set[str] = set()
        coming = {*record_ids, *(one for cluster in self._clusters.values() for one in cluster)}
        while coming:
            found |= coming
            shared = {one for cluster in self.clusters(found) for one in cluster}
            shared.update(one for members in self.former(found).values() for one in members)
            coming = shared - found
        return found

    def clusters(self, record_ids: set[str]) -> list[list[str]]:
        """Return the clusters of the new run that hold any of these records."""
        names = {self._cluster_of[one] for one in record_ids if one in self._cluster_of}
        parted = [list(self._clusters[name]) for name in names if name is not None]
        others = sorted(one for one in record_ids if one not in self._cluster_of)
        identities = sorted(set(self._new.identities_of(others).values()))
        whole = (
            [one for one in members if one not in self._cluster_of]
            for members in self._new.members_of(identities).values()
        )
        return sorted([*parted, *(members for members in whole if members)])

    def former(self, record_ids: set[str]) -> Mapping[str, Sequence[str]]:
        """Return the records of the old identities that hold any of these records."""
        identities = set(self._old.identities_of(sorted(record_ids)).values())
        return self._old.members_of(sorted(identities))

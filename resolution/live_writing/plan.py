"""The flow of one live write: records to pairs, pairs to people, people to what is served."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.connection import Attribute, AttributeKind, Relation
from models.decision import Decision
from models.errors import RunNotFoundError
from models.identity import GoldenValue, IdentityEvent, Run
from models.live_change import LiveChange, RecordChange, RecordVersion
from models.match_model.package import MatchModelPackage
from models.record import Role, StoredRecord
from resolution.identities.live_golden import golden_record
from resolution.identities.live_lives import Happening, settle_identities
from resolution.link.live_scoring import LiveScorer
from resolution.live_writing.decided import DecidedConstraints
from resolution.live_writing.partition import Parted, Partition
from resolution.live_writing.reading import NotedView
from resolution.live_writing.screening import Hits, find_hits
from resolution.live_writing.state import LiveView, ReadCompared, State, role_of
from resolution.standardise.single import standardise_record

Golden = dict[str, tuple[GoldenValue, ...] | None]

# Later than every birth: such an id was given by a run that is not served yet.
_UNBORN = 1 << 62


@dataclass(frozen=True, slots=True)
class Planned:
    """What follows from a write, but for who the people are.

    Attributes:
        state: what was served, with the records written.
        records: as they are served from now on.
        parted: clusters of records, and the links between them.
        hits: of each watchlist entry concerned all its hits, and their blocking rules.
        link_weight: of the match model.
    """

    state: State
    records: tuple[RecordVersion, ...]
    parted: Parted
    hits: Hits
    link_weight: float

    def change(
        self,
        *,
        at: datetime,
        author: str,
        memberships: Mapping[str, str | None],
        golden: Golden,
        events: tuple[IdentityEvent, ...],
    ) -> LiveChange:
        """Return the whole change."""
        return LiveChange(
            basis=self.state.view.live_basis(),
            at=at,
            author=author,
            link_weight=self.link_weight,
            records=self.records,
            links=tuple(self.parted.links),
            links_gone=tuple(self.parted.gone),
            hits=self.hits,
            memberships=memberships,
            golden=golden,
            events=events,
        )


class LivePlanner:
    """Works out live changes under one match model; serves many threads."""

    def __init__(
        self, package: MatchModelPackage, scorer: LiveScorer, *, read: ReadCompared
    ) -> None:
        """Take a match model, what is compiled of it, and what reads records for it."""
        self._package = package
        self._scorer = scorer
        self._read = read

    def plan(
        self,
        changes: Sequence[RecordChange],
        view: LiveView,
        decisions: Sequence[Decision],
        *,
        author: str,
        at: datetime,
        cause: str,
        new_identity_id: Callable[[], str],
        reconsidered: Iterable[str] = (),
    ) -> LiveChange:
        """Work out all that follows when records arrive, change or go.

        Args:
            changes: each record once; a record that goes and is not there is left out.
            view: what is served.
            decisions: those in force, in the same state.
            author: who writes.
            at: the time of its events.
            cause: ends the cause of each event.
            new_identity_id: issues an id that was never issued before.
            reconsidered: records whose people are worked out anew: somebody decided on them.

        Raises:
            RunNotFoundError: if nothing has been published yet.
        """
        noted = NotedView(view)
        planned = self.work_out(changes, noted, decisions, reconsidered=reconsidered)
        run = served(view)
        memberships, golden, happenings = _lives(planned, new_identity_id)
        change = planned.change(
            at=at, author=author, memberships=memberships, golden=golden,
            events=events_of(happenings, run_id=run.run_id, at=at, cause=cause),
        )  # fmt: skip
        return replace(change, reads=noted.reads)

    def work_out(
        self,
        changes: Sequence[RecordChange],
        view: LiveView,
        decisions: Sequence[Decision],
        *,
        reconsidered: Iterable[str],
    ) -> "Planned":
        """Work out all but who the people are that come out of it; as for `plan`."""
        stored = {one.record_id: one for one in view.records([c.record_id for c in changes])}
        changes = [
            one for one in changes if one.source_record is not None or one.record_id in stored
        ]
        arriving = {
            one.record_id: one.source_record and standardise_record(one.source_record)
            for one in changes
        }
        state = State(view, self._scorer, arriving, read=self._read)
        return Planned(
            state=state,
            records=tuple(_version(one, arriving[one.record_id], stored, state) for one in changes),
            parted=self._part(state, arriving, stored, decisions, reconsidered),
            hits=find_hits(state, arriving, self._package.screening),
            link_weight=self._package.thresholds.link_weight,
        )

    def _part(
        self,
        state: State,
        arriving: Mapping[str, Mapping[str, Any] | None],
        stored: Mapping[str, StoredRecord],
        decisions: Sequence[Decision],
        reconsidered: Iterable[str],
    ) -> Parted:
        """Part the people around the records anew."""
        former = {
            record_id: state.candidates_of(state.keyed(stored[record_id].standardised))
            for record_id in arriving
            if record_id in stored and stored[record_id].role is Role.PERSON
        }
        people = [
            record_id
            for record_id, row in arriving.items()
            if row is not None and role_of(row) is Role.PERSON
        ]
        constraints = DecidedConstraints(state, decisions)
        decided = constraints.concerning({*arriving, *reconsidered})
        partition = Partition(state, self._package, constraints)
        return partition.part(people, former, decided)


def _lives(
    planned: "Planned", new_identity_id: Callable[[], str]
) -> tuple[dict[str, str | None], Golden, list[Happening]]:
    """Return memberships that change, golden records that may, and what happened."""
    state, view = planned.state, planned.state.view
    clustered = {record_id for cluster in planned.parted.clusters for record_id in cluster}
    written = {one.record_id for one in planned.records}
    was = view.identities_of(sorted(clustered | written))
    former = view.members_of(sorted(set(was.values())))
    now, happenings = settle_identities(
        planned.parted.clusters, former, births_of(view, former), new_identity_id=new_identity_id
    )
    moved = {one.identity_id for one in happenings}
    moved |= {now[record_id] for record_id in written if record_id in now}
    memberships = {
        record_id: now.get(record_id)
        for record_id in sorted({*now, *was})
        if now.get(record_id) != was.get(record_id)
    }
    return memberships, golden_of(state, now, moved), happenings


def golden_of(state: State, now: Mapping[str, str], identity_ids: Iterable[str]) -> Golden:
    """Return the golden records of identities; None for one that holds no records.

    Args:
        state: that holds the records.
        now: identity by record; all records of these identities.
        identity_ids: the identities.
    """
    members: dict[str, list[str]] = {}
    for record_id, identity_id in now.items():
        members.setdefault(identity_id, []).append(record_id)
    return {
        one: golden_record(state.rows(members[one])) if one in members else None
        for one in sorted(set(identity_ids))
    }


def births_of(view: LiveView, identity_ids: Iterable[str]) -> dict[str, int]:
    """Return the sequence of each identity's first event; one that has none yet is youngest."""
    events = {one: view.events_of(one) for one in identity_ids}
    return {one: found[0].sequence if found else _UNBORN for one, found in events.items()}


def events_of(
    happenings: Iterable[Happening], *, run_id: str, at: datetime, cause: str
) -> tuple[IdentityEvent, ...]:
    """Make events, which have no sequence yet."""
    return tuple(
        IdentityEvent(
            sequence=0,
            identity_id=one.identity_id,
            kind=one.kind,
            run_id=run_id,
            at=at,
            related_ids=one.related_ids,
            added_record_ids=one.added_record_ids,
            removed_record_ids=one.removed_record_ids,
            cause=f"{one.what}: {cause}",
        )
        for one in happenings
    )


def served(view: LiveView) -> Run:
    """Return the run that is served.

    Raises:
        RunNotFoundError: if nothing has been published yet.
    """
    run = view.run()
    if run is None:
        raise RunNotFoundError("nothing has been published yet: `identigraph run` makes a run")
    return run


def _version(
    change: RecordChange,
    standardised: Mapping[str, Any] | None,
    stored: Mapping[str, StoredRecord],
    state: State,
) -> RecordVersion:
    """Return a record as it is served from now on."""
    if standardised is None:
        return RecordVersion(change.record_id, stored[change.record_id].role, None, None)
    return RecordVersion(
        record_id=change.record_id,
        role=role_of(standardised),
        source_record=change.source_record,
        standardised=standardised,
        keys=state.keys(change.record_id),
        uses=tuple(sorted(set(_uses(standardised)))),
        relations=_relations(standardised),
    )


def _uses(row: Mapping[str, Any]) -> Iterable[Attribute]:
    """Return the attributes a record gives, as publishing a run finds them."""
    for document in row["documents"]:
        if document["number"]:
            yield Attribute(AttributeKind.DOCUMENT, document["number"])
    for phone in row["phones"]:
        if phone["number"]:
            yield Attribute(AttributeKind.PHONE, phone["number"])
    for email in row["emails"]:
        if email["address"]:
            yield Attribute(AttributeKind.EMAIL, email["address"])
    for address in row["addresses"]:
        known = address["number"] is not None and address["postcode"] is not None
        value = f"{address['number']} {address['postcode']}" if known else address["text"]
        if value:
            yield Attribute(AttributeKind.ADDRESS, value)


def _relations(row: Mapping[str, Any]) -> tuple[Relation, ...]:
    """Return what a source says of a record and others."""
    record_id = row["record_id"]
    said = {
        Relation(record_id, one["reference"], one["kind"] or "related")
        for one in row["relations"]
        if one["reference"] and one["reference"] != record_id
    }
    return tuple(sorted(said))

"""The flow of one live write: records to pairs, pairs to people, people to what is served."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from models.connection import Attribute, AttributeKind, Relation
from models.decision import Decision
from models.errors import RunNotFoundError
from models.identity import GoldenValue, IdentityEvent, Run, WatchlistHit
from models.live_change import LiveChange, RecordChange, RecordVersion
from models.match_model.package import MatchModelPackage
from models.record import Role, StoredRecord
from resolution.identities.live_golden import golden_record
from resolution.identities.live_lives import settle_identities
from resolution.link.live_scoring import LiveScorer
from resolution.live_writing.decided import DecidedConstraints
from resolution.live_writing.partition import Parted, Partition
from resolution.live_writing.state import LiveView, State, role_of
from resolution.standardise.single import standardise_record


class LivePlanner:
    """Works out live changes under one match model; serves many threads."""

    def __init__(self, package: MatchModelPackage, scorer: LiveScorer) -> None:
        """Take a match model and what is compiled of it."""
        self._package = package
        self._scorer = scorer

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
        run = view.run()
        if run is None:
            raise RunNotFoundError("nothing has been published yet: `identigraph run` makes a run")
        stored = {one.record_id: one for one in view.records([c.record_id for c in changes])}
        changes = [
            one for one in changes if one.source_record is not None or one.record_id in stored
        ]
        arriving = {
            one.record_id: None
            if one.source_record is None
            else standardise_record(one.source_record)
            for one in changes
        }
        state = State(view, self._scorer, arriving)
        parted = self._part(state, arriving, stored, decisions, reconsidered)
        return LiveChange(
            basis=view.live_basis(),
            at=at,
            author=author,
            records=tuple(_version(one, arriving[one.record_id], stored, state) for one in changes),
            links=tuple(parted.links),
            links_gone=tuple(parted.gone),
            hits=self._hits(state, arriving, stored),
            **_lives(state, parted, stored, run, at, cause, new_identity_id),
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

    def _hits(
        self,
        state: State,
        arriving: Mapping[str, Mapping[str, Any] | None],
        stored: Mapping[str, StoredRecord],
    ) -> dict[str, tuple[tuple[WatchlistHit, int], ...]]:
        """Return all hits of every watchlist entry that the write can concern."""
        entries: set[str] = set()
        for record_id, row in arriving.items():
            entries.update(hit.entry_id for hit in state.view.hits_of([record_id]))
            if row is not None and role_of(row) is Role.WATCHLIST:
                entries.add(record_id)
            elif row is not None:
                entries.update(
                    entry
                    for entry, weight in state.resembling(record_id).items()
                    if weight >= self._package.screening.hit_weight
                )
        gone = {one for one, row in arriving.items() if row is None or role_of(row) is Role.PERSON}
        return {
            entry: () if entry in gone and entry in stored else self._hits_of(state, entry)
            for entry in sorted(entries)
        }

    def _hits_of(self, state: State, entry: str) -> tuple[tuple[WatchlistHit, int], ...]:
        screening = self._package.screening
        found = sorted(
            (-weight, record_id)
            for record_id, weight in state.resembling(entry).items()
            if weight >= screening.hit_weight
        )[: screening.max_hits_per_entry]
        return tuple(
            (WatchlistHit(entry, record_id, -weight), state.rule(entry, record_id) or 0)
            for weight, record_id in found
        )


def _lives(
    state: State,
    parted: Parted,
    stored: Mapping[str, StoredRecord],
    run: Run,
    at: datetime,
    cause: str,
    new_identity_id: Callable[[], str],
) -> dict[str, Any]:
    """Return memberships, golden records and events: the last fields of a live change."""
    view = state.view
    clustered = {record_id for cluster in parted.clusters for record_id in cluster}
    was = view.identities_of(sorted(clustered | set(stored)))
    former = view.members_of(sorted(set(was.values())))
    births = {one: view.events_of(one)[0].sequence for one in former}
    now, happenings = settle_identities(
        parted.clusters, former, births, new_identity_id=new_identity_id
    )
    events = tuple(
        IdentityEvent(
            sequence=0,
            identity_id=one.identity_id,
            kind=one.kind,
            run_id=run.run_id,
            at=at,
            related_ids=one.related_ids,
            added_record_ids=one.added_record_ids,
            removed_record_ids=one.removed_record_ids,
            cause=f"{one.what}: {cause}",
        )
        for one in happenings
    )
    moved = {one.identity_id for one in happenings}
    moved |= {now[record_id] for record_id in now if state.is_arriving(record_id)}
    members: dict[str, list[str]] = {}
    for record_id, identity_id in now.items():
        members.setdefault(identity_id, []).append(record_id)
    golden: dict[str, tuple[GoldenValue, ...] | None] = {
        identity_id: golden_record(state.rows(members[identity_id]))
        if identity_id in members
        else None
        for identity_id in sorted(moved)
    }
    memberships: dict[str, str | None] = {
        record_id: now.get(record_id)
        for record_id in sorted({*now, *was})
        if now.get(record_id) != was.get(record_id)
    }
    return {"memberships": memberships, "golden": golden, "events": events}


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

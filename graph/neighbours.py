"""Finds who is connected to some people in one step, and by what: the same way in every store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.store import GraphView
from models.connection import Attribute


class PartyKind(StrEnum):
    """What stands at the end of a connection."""

    IDENTITY = "identity"
    RECORD = "record"  # of a watchlist, which belongs to no identity


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """An identity, or a record that belongs to none."""

    kind: PartyKind
    id: str


@dataclass(frozen=True, slots=True, order=True)
class Connection:
    """One reason to connect two parties.

    Attributes:
        left, right: the parties, in order.
        kind: `document`, `phone`, `email`, `address`: both give it; `possible_link`: two of their
            records may be one person; `watchlist_hit`; else what a source says, such as `spouse`.
        value: what they share; empty where it is no value.
        left_record_id, right_record_id: records that show it, the first of them.
        match_weight: of a possible link or a hit.
    """

    left: Party
    right: Party
    kind: str
    value: str
    left_record_id: str
    right_record_id: str
    match_weight: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class SharedByMany:
    """An attribute that so many records give that it says little: one group, not as many lines.

    Attributes:
        parties: those of the parties asked about that give it.
        n_records: all records that do.
    """

    attribute: Attribute
    parties: tuple[Party, ...]
    n_records: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exploration may take.

    Attributes:
        most_users: an attribute that more records give is a group and is not followed.
        most_parties: parties in a network, or visited for a path.
        most_records: records of one step; of what goes beyond nothing is said but the number.
        link_weight: lowest match weight of a possible link.
    """

    most_users: int = 20
    most_parties: int = 200
    most_records: int = 2_000
    link_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """One step from some parties.

    Attributes:
        connections: sorted; each from one of the parties.
        n_records: of each party.
        n_records_left_out: records of the parties that were not followed, as there are too many.
    """

    connections: tuple[Connection, ...]
    shared_by_many: tuple[SharedByMany, ...]
    n_records: Mapping[Party, int]
    n_records_left_out: int


_Reason = tuple[str, str, str, str, float | None]  # record, other record, kind, value, weight


def neighbours(view: GraphView, parties: Iterable[Party], limits: Limits) -> Neighbourhood:
    """Return everything that connects these parties to others, or to each other.

    The number of questions to the store does not grow with the number of parties.
    """
    party_of, n_records = _members(view, sorted(set(parties)))
    record_ids = sorted(party_of)[: limits.most_records]
    reasons, groups = _shared(view, record_ids, limits)
    reasons += [(r.record_id, r.other_id, r.kind, "", None) for r in view.relations_of(record_ids)]
    reasons += [
        (link.left_id, link.right_id, "possible_link", "", link.match_weight)
        for link in view.links_beyond(record_ids, at_least=limits.link_weight)
    ]
    reasons += [
        (hit.entry_id, hit.record_id, "watchlist_hit", "", hit.match_weight)
        for hit in view.hits_of(record_ids)
    ]
    others = sorted({one for reason in reasons for one in reason[:2]} - party_of.keys())
    identities = view.identities_of(others)
    known = dict(party_of)
    for one in others:
        known[one] = (
            Party(PartyKind.IDENTITY, identities[one])
            if one in identities
            else Party(PartyKind.RECORD, one)
        )
    return Neighbourhood(
        connections=_connections(reasons, known),
        shared_by_many=tuple(
            SharedByMany(attribute, tuple(sorted({party_of[one] for one in holders})), n_users)
            for attribute, holders, n_users in groups
        ),
        n_records=n_records,
        n_records_left_out=max(0, len(party_of) - len(record_ids)),
    )


def party_of_record(view: GraphView, record_id: str) -> Party:
    """Return what a record belongs to; itself where that is no identity.

    Raises:
        RecordNotFoundError: if there is no such record.
    """
    identity_id = view.identities_of([record_id]).get(record_id)
    if identity_id is not None:
        return Party(PartyKind.IDENTITY, identity_id)
    return Party(PartyKind.RECORD, view.record(record_id).record_id)


def _members(
    view: GraphView, parties: Sequence[Party]
) -> tuple[dict[str, Party], dict[Party, int]]:
    """Return the party of each record, and how many records each party has."""
    asked = [one.id for one in parties if one.kind is PartyKind.IDENTITY]
    members = view.members_of(asked)
    party_of: dict[str, Party] = {}
    n_records: dict[Party, int] = {}
    for party in parties:
        is_record = party.kind is PartyKind.RECORD
        record_ids = (party.id,) if is_record else members.get(party.id, ())
        party_of.update(dict.fromkeys(record_ids, party))
        n_records[party] = len(record_ids)
    return party_of, n_records


def _shared(
    view: GraphView, record_ids: Sequence[str], limits: Limits
) -> tuple[list[_Reason], list[tuple[Attribute, list[str], int]]]:
    """Return who else gives what these records give, and what too many give."""
    holders: dict[Attribute, list[str]] = {}
    for record_id, attribute in view.uses_of(record_ids):
        holders.setdefault(attribute, []).append(record_id)
    reasons: list[_Reason] = []
    groups: list[tuple[Attribute, list[str], int]] = []
    for attribute, users in view.users_of(sorted(holders), limit=limits.most_users).items():
        if users.n_records > limits.most_users:
            groups.append((attribute, holders[attribute], users.n_records))
            continue
        reasons += [
            (one, other, attribute.kind, attribute.value, None)
            for one in holders[attribute]
            for other in users.record_ids
            if one != other
        ]
    return reasons, groups


def _connections(
    reasons: Iterable[_Reason], party_of: Mapping[str, Party]
) -> tuple[Connection, ...]:
    """Return one connection for each two parties, kind and value: the strongest, then the first."""
    best: dict[tuple[Party, Party, str, str], Connection] = {}
    for one, other, kind, value, weight in reasons:
        (left, left_id), (right, right_id) = sorted(
            [(party_of[one], one), (party_of[other], other)]
        )
        if left == right:
            continue
        key = (left, right, kind, value)
        made = Connection(left, right, kind, value, left_id, right_id, weight)
        if key not in best or _rank(made) < _rank(best[key]):
            best[key] = made
    return tuple(
        sorted(best.values(), key=lambda made: (made.left, made.right, made.kind, made.value))
    )


def _rank(made: Connection) -> tuple[float, str, str]:
    return (-(made.match_weight or 0.0), made.left_record_id, made.right_record_id)

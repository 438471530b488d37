"""Answers who is around a person: the network to a depth, a page at a time."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.exploring import NamedParty, end_of, limits_of, named
from api.use_cases.ports import Basis, Resolvers, basis_of, published_run
from graph.neighbours import Connection, Party, SharedByMany
from graph.network import network_around
from graph.store import GraphReader
from models.access import Principal


@dataclass(frozen=True, slots=True)
class PartyAtDepth:
    """A party of a network, and how many steps away it is."""

    depth: int
    shown: NamedParty


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """Who is around a party.

    Attributes:
        n_parties: all within the depth that fit the limits; `parties` is a page, nearest first.
        next_after: what to ask the next page with; None on the last.
        connections: those between a party of the page and one at most as far away.
        shared_by_many: what was not followed, as more than the limit give it.
        n_parties_left_out: parties one step from these that did not fit the limits.
        n_records_left_out: records that were not followed, as there are too many.
    """

    start: Party
    depth: int
    n_parties: int
    parties: tuple[PartyAtDepth, ...]
    next_after: int | None
    connections: tuple[Connection, ...]
    shared_by_many: tuple[SharedByMany, ...]
    n_parties_left_out: int
    n_records_left_out: int
    basis: Basis


def explore_network(
    given: str,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
    depth: int = 2,
    most_users: int = 20,
    most_parties: int = 200,
    after: int = 0,
    limit: int = 50,
) -> NetworkAnswer:
    """Return the network around an identity, or around the identity of a record.

    `given` is an identity id or a record id; `after` is the `next_after` of the page before. What
    more than `most_users` records give is told as one group and not followed.

    Raises:
        IdentityNotFoundError: if nothing current has this id.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("explore_network", principal) as seen:
        seen.add(given)
        with graph.view() as view:
            run = published_run(view)
            limits = limits_of(view, resolvers, most_users=most_users, most_parties=most_parties)
            found = network_around(view, end_of(view, given), depth=depth, limits=limits)
            page = found.parties[after : after + limit]
            place = {one.party: n for n, one in enumerate(found.parties)}
            shown = named(view, (one.party for one in page))
        connections = [
            made
            for made in found.connections
            if after <= max(place[made.left], place[made.right]) < after + limit
        ]
        groups = found.shared_by_many if after == 0 else ()
        seen.add(run.run_id)
        seen.add_all(one.party.id for one in page)
        seen.add_all(party.id for made in connections for party in (made.left, made.right))
        seen.add_all(party.id for group in groups for party in group.parties)
        return NetworkAnswer(
            start=found.start,
            depth=depth,
            n_parties=len(found.parties),
            parties=tuple(
                PartyAtDepth(one.depth, name) for one, name in zip(page, shown, strict=True)
            ),
            next_after=after + limit if after + limit < len(found.parties) else None,
            connections=tuple(connections),
            shared_by_many=groups,
            n_parties_left_out=found.n_parties_left_out,
            n_records_left_out=found.n_records_left_out,
            basis=basis_of(run),
        )

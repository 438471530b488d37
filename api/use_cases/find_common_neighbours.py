"""Answers what two people have in common: whom both are connected to, and by what."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.exploring import NamedParty, end_of, limits_of, named
from api.use_cases.ports import Basis, Resolvers, basis_of, published_run
from graph.neighbours import Connection, Party, SharedByMany
from graph.network import common_neighbours
from graph.store import GraphReader
from models.access import Principal


@dataclass(frozen=True, slots=True)
class CommonNeighbour:
    """A party that both are connected to, and by what."""

    shown: NamedParty
    connections: tuple[Connection, ...]


@dataclass(frozen=True, slots=True)
class CommonNeighboursAnswer:
    """What two parties have in common.

    Attributes:
        direct: what connects the two themselves.
        n_common: all common neighbours; `common` is the first of them.
        shared_by_many: what both give, with many others.
    """

    left: Party
    right: Party
    direct: tuple[Connection, ...]
    n_common: int
    common: tuple[CommonNeighbour, ...]
    shared_by_many: tuple[SharedByMany, ...]
    basis: Basis


def find_common_neighbours(
    left: str,
    right: str,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
    most_users: int = 20,
    limit: int = 50,
) -> CommonNeighboursAnswer:
    """Return what two people, each named by an identity or a record, have in common.

    Raises:
        IdentityNotFoundError: if nothing current has one of the ids.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("find_common_neighbours", principal) as seen:
        seen.add(left, right)
        with graph.view() as view:
            run = published_run(view)
            limits = limits_of(view, resolvers, most_users=most_users, most_parties=limit)
            one, other = end_of(view, left), end_of(view, right)
            found = common_neighbours(view, one, other, limits=limits, most=limit)
            shown = named(view, (party for party, _ in found.common))
        seen.add(run.run_id, one.id, other.id)
        seen.add_all(party.id for party, _ in found.common)
        return CommonNeighboursAnswer(
            left=one,
            right=other,
            direct=found.direct,
            n_common=found.n_common,
            common=tuple(
                CommonNeighbour(name, made)
                for name, (_, made) in zip(shown, found.common, strict=True)
            ),
            shared_by_many=found.shared_by_many,
            basis=basis_of(run),
        )

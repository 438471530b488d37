"""Answers how two people are connected: a shortest path of evidence between them."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.exploring import NamedParty, end_of, limits_of, named
from api.use_cases.ports import Basis, Resolvers, basis_of, published_run
from graph.network import EvidencePath, shortest_path
from graph.store import GraphReader
from models.access import Principal


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """How two parties are connected.

    Attributes:
        parties: from start to end; only the two ends where there is no path.
    """

    path: EvidencePath
    parties: tuple[NamedParty, ...]
    basis: Basis


def find_path(
    start: str,
    end: str,
    *,
    principal: Principal,
    graph: GraphReader,
    resolvers: Resolvers,
    auditor: Auditor,
    most_users: int = 20,
    most_parties: int = 2_000,
) -> PathAnswer:
    """Return a shortest path between two people, each named by an identity or a record.

    What more than `most_users` records give is not followed; the search gives up, and says so,
    once it visited `most_parties`.

    Raises:
        IdentityNotFoundError: if nothing current has one of the ids.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("find_path", principal) as seen:
        seen.add(start, end)
        with graph.view() as view:
            run = published_run(view)
            limits = limits_of(view, resolvers, most_users=most_users, most_parties=most_parties)
            path = shortest_path(view, end_of(view, start), end_of(view, end), limits)
            on_the_way = [path.start]
            for made in path.connections or ():
                on_the_way.append(made.right if made.left == on_the_way[-1] else made.left)
            if path.connections is None:
                on_the_way.append(path.end)
            parties = named(view, on_the_way)
        seen.add(run.run_id)
        seen.add_all(one.id for one in on_the_way)
        seen.add_all(one.id for group in path.shared_by_many for one in group.parties)
        return PathAnswer(path, parties, basis_of(run))

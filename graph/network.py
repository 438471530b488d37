"""Explores from a person: the network to a depth, the shortest path, who both sides know."""

from dataclasses import dataclass

from graph.neighbours import Connection, Limits, Neighbourhood, Party, SharedByMany, neighbours
from graph.store import GraphView


@dataclass(frozen=True, slots=True, order=True)
class NetworkParty:
    """A party of a network, and how many steps away it is."""

    depth: int
    party: Party


@dataclass(frozen=True, slots=True)
class Network:
    """Who is around a party.

    Attributes:
        parties: nearest first, the start itself at depth 0.
        connections: among these parties; what connects two at the greatest depth is not looked
            for.
        shared_by_many: what was not followed, as too many give it.
        n_parties_left_out: parties one step from these that did not fit.
        n_records_left_out: records that were not followed, as there are too many.
    """

    start: Party
    depth: int
    parties: tuple[NetworkParty, ...]
    connections: tuple[Connection, ...]
    shared_by_many: tuple[SharedByMany, ...]
    n_parties_left_out: int
    n_records_left_out: int


@dataclass(frozen=True, slots=True)
class EvidencePath:
    """How two parties are connected.

    Attributes:
        connections: from start to end, as few as there are; None when none was found; empty when
            both are one party.
        n_visited: parties that were looked at.
        is_whole: everything that can be reached was; otherwise a path may have been missed.
        shared_by_many: what was not followed, as too many give it.
    """

    start: Party
    end: Party
    connections: tuple[Connection, ...] | None
    n_visited: int
    is_whole: bool
    shared_by_many: tuple[SharedByMany, ...]


@dataclass(frozen=True, slots=True)
class CommonNeighbours:
    """What two parties have in common.

    Attributes:
        direct: what connects the two themselves.
        common: each party that both are connected to, and by what, left ones first.
        n_common: all of them; `common` is a page.
        shared_by_many: what both give, with many others.
    """

    left: Party
    right: Party
    direct: tuple[Connection, ...]
    common: tuple[tuple[Party, tuple[Connection, ...]], ...]
    n_common: int
    shared_by_many: tuple[SharedByMany, ...]


def network_around(view: GraphView, start: Party, *, depth: int, limits: Limits) -> Network:
    """Return everybody within `depth` steps, as far as the limits allow."""
    depth_of = {start: 0}
    connections: dict[Connection, None] = {}
    groups: dict[SharedByMany, None] = {}
    left_out: set[Party] = set()
    n_records_left_out = 0
    frontier = [start]
    for steps in range(1, depth + 1):
        step = neighbours(view, frontier, limits)
        connections.update(dict.fromkeys(step.connections))
        groups.update(dict.fromkeys(step.shared_by_many))
        n_records_left_out += step.n_records_left_out
        found = sorted(_reached(step) - depth_of.keys())
        room = max(0, limits.most_parties - len(depth_of))
        left_out.update(found[room:])
        frontier = found[:room]
        depth_of.update(dict.fromkeys(frontier, steps))
        if not frontier:
            break
    kept = [one for one in connections if one.left in depth_of and one.right in depth_of]
    return Network(
        start=start,
        depth=depth,
        parties=tuple(sorted(NetworkParty(steps, party) for party, steps in depth_of.items())),
        connections=tuple(kept),
        shared_by_many=tuple(sorted(groups)),
        n_parties_left_out=len(left_out - depth_of.keys()),
        n_records_left_out=n_records_left_out,
    )


def shortest_path(view: GraphView, start: Party, end: Party, limits: Limits) -> EvidencePath:
    """Return a shortest path of evidence; among several the first by the order of parties."""
    sides = (_Side(start), _Side(end))
    groups: dict[SharedByMany, None] = {}
    is_cut = False
    n_visited = 2 if start != end else 1
    meeting = start if start == end else None
    while meeting is None and all(side.frontier for side in sides):
        side, other = sorted(sides, key=lambda one: len(one.frontier))
        step = neighbours(view, side.frontier, limits)
        groups.update(dict.fromkeys(step.shared_by_many))
        is_cut = is_cut or step.n_records_left_out > 0
        meeting = side.advance(step, other)
        n_visited = len(sides[0].came_by.keys() | sides[1].came_by.keys())
        if meeting is None and n_visited > limits.most_parties:
            is_cut = True
            break
    path = None
    if meeting is not None:
        path = (*reversed(sides[0].way_to(meeting)), *sides[1].way_to(meeting))
    return EvidencePath(start, end, path, n_visited, not is_cut, tuple(sorted(groups)))


def common_neighbours(
    view: GraphView, left: Party, right: Party, *, limits: Limits, most: int
) -> CommonNeighbours:
    """Return who and what both parties are connected to."""
    one, other = neighbours(view, [left], limits), neighbours(view, [right], limits)
    both = sorted((_reached(one) & _reached(other)) - {left, right})
    by_party = {
        party: tuple(
            made
            for step, party_asked in ((one, left), (other, right))
            for made in step.connections
            if {made.left, made.right} == {party_asked, party}
        )
        for party in both[:most]
    }
    groups = {group.attribute: group for group in one.shared_by_many}
    return CommonNeighbours(
        left=left,
        right=right,
        direct=tuple(made for made in one.connections if {made.left, made.right} == {left, right}),
        common=tuple(by_party.items()),
        n_common=len(both),
        shared_by_many=tuple(
            SharedByMany(group.attribute, tuple(sorted({left, right})), group.n_records)
            for group in other.shared_by_many
            if group.attribute in groups
        ),
    )


class _Side:
    """One of the two searches of a path: who was reached, and by which connection from whom."""

    def __init__(self, start: Party) -> None:
        self.came_by: dict[Party, Connection | None] = {start: None}
        self.frontier = [start]

    def advance(self, step: Neighbourhood, other: "_Side") -> Party | None:
        """Take one step; return where both sides meet, if they do."""
        asked = set(self.frontier)
        found: dict[Party, Connection] = {}
        for made in step.connections:
            for here, there in ((made.left, made.right), (made.right, made.left)):
                if here in asked and there not in self.came_by:
                    found.setdefault(there, made)
        self.came_by.update(found)
        self.frontier = sorted(found)
        return next((one for one in self.frontier if one in other.came_by), None)

    def way_to(self, party: Party) -> list[Connection]:
        """Return the connections from a party back to where this side began."""
        way: list[Connection] = []
        while (made := self.came_by[party]) is not None:
            way.append(made)
            party = made.right if made.left == party else made.left
        return way


def _reached(step: Neighbourhood) -> set[Party]:
    return {party for made in step.connections for party in (made.left, made.right)}

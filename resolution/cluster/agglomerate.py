"""Parts one component into people: joins groups while the evidence of the whole group says so."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.prediction import Thresholds

# One pair, however sure, counts no more than this in a group's evidence, for or against.
STRONGEST_PAIR = 12.0

# Chosen by measurement: docs/adr/0009-group-evidence.md.
_SHARE_OF_BEST = 0.65


@dataclass(slots=True)
class _Evidence:
    """What all compared pairs between two groups say together."""

    total: float
    pairs: int
    best: float
    against: int

    def add(self, other: "_Evidence") -> None:
        """Take in the pairs of another."""
        self.total += other.total
        self.pairs += other.pairs
        self.best = max(self.best, other.best)
        self.against += other.against


def group_weight(total: float, pairs: int, best: float) -> float:
    """Return the match weight of two groups from the pairs compared between them.

    Mostly the best pair, held back by the mean of all: one good pair is enough while nothing
    speaks against it, and is not enough against a group that disagrees. Never above `best`.

    Args:
        total: sum of the pairs' weights, each held within ±STRONGEST_PAIR.
        pairs: how many pairs were compared, at least 1.
        best: the highest of them.
    """
    return _SHARE_OF_BEST * best + (1.0 - _SHARE_OF_BEST) * total / pairs


def agglomerate(
    nodes: Sequence[int],
    edges: Iterable[tuple[int, int, float]],
    *,
    thresholds: Thresholds,
    must_link: Iterable[tuple[int, int]] = (),
    cannot_link: Iterable[tuple[int, int]] = (),
) -> dict[int, int]:
    """Part a component into clusters.

    A function of its arguments alone, whatever their order: the strongest evidence joins first,
    ties go to the smallest nodes. Pairs never compared are neutral. Groups held apart by a
    cannot-link never join; must-linked nodes start joined.

    Args:
        nodes: n record numbers.
        edges: compared pairs (left, right, match weight), each at most once.
        thresholds: groups join while their weight is at or above `link_weight`.
        must_link: pairs that are one person by decision.
        cannot_link: pairs that are two people by decision.

    Returns:
        The smallest node of its cluster, by node.
    """
    members = {node: [node] for node in nodes}
    owner = {node: node for node in nodes}
    evidence: dict[int, dict[int, _Evidence]] = {node: {} for node in nodes}
    forbidden: dict[int, set[int]] = {node: set() for node in nodes}
    for left, right in cannot_link:
        forbidden[left].add(right)
        forbidden[right].add(left)
    for left, right, weight in edges:
        held = max(-STRONGEST_PAIR, min(STRONGEST_PAIR, weight))
        found = _Evidence(held, 1, held, int(weight <= thresholds.break_weight))
        evidence[left][right] = evidence[right][left] = found

    def join(one: int, other: int) -> int:
        keep, lose = min(one, other), max(one, other)
        members[keep] += members.pop(lose)
        for node in members[keep]:
            owner[node] = keep
        gone = evidence.pop(lose)
        gone.pop(keep, None)
        evidence[keep].pop(lose, None)
        for neighbour, found in gone.items():
            evidence[neighbour].pop(lose)
            mine = evidence[keep].get(neighbour)
            if mine is None:
                evidence[keep][neighbour] = evidence[neighbour][keep] = found
            else:
                mine.add(found)
        for apart in forbidden.pop(lose):
            forbidden[apart].discard(lose)
            forbidden[apart].add(keep)
            forbidden[keep].add(apart)
        return keep

    for left, right in must_link:
        if owner[left] != owner[right]:
            join(owner[left], owner[right])

    def weight_between(one: int, other: int) -> float | None:
        found = evidence.get(one, {}).get(other)
        if found is None or other in forbidden[one]:
            return None
        return group_weight(found.total, found.pairs, found.best)

    queue: list[tuple[float, int, int]] = []
    for one, neighbours in evidence.items():
        for other in neighbours:
            weight = weight_between(one, other) if one < other else None
            if weight is not None and weight >= thresholds.link_weight:
                queue.append((-weight, one, other))
    heapq.heapify(queue)
    while queue:
        negative, one, other = heapq.heappop(queue)
        if weight_between(one, other) != -negative:
            continue  # what was known when this was queued has changed since
        keep = join(one, other)
        for neighbour in evidence[keep]:
            weight = weight_between(keep, neighbour)
            if weight is not None and weight >= thresholds.link_weight:
                heapq.heappush(queue, (-weight, min(keep, neighbour), max(keep, neighbour)))
    return {node: cluster for cluster, group in members.items() for node in group}

"""Parts one component into people: joins groups while the evidence of the whole group says so."""

import heapq
import math
from collections.abc import Iterable, Sequence

from models.prediction import Thresholds

# One pair, however sure, counts no more than this for a group, and no less than that against it.
MOST_FOR, MOST_AGAINST = 12.0, -20.0

# Chosen by measurement: docs/adr/0009-group-evidence.md.
_SHARE_OF_BEST = 0.5
_SHARE_OF_PAIRS = 0.6


def group_weight(weights: Sequence[float]) -> float:
    """Return the match weight of two groups from the pairs compared between them.

    Half the best pair, half the mean of the better pairs: one good pair is enough while nothing
    speaks against it, and is not enough against a group that disagrees; and a few bad records in
    a large group do not keep a good one out. Never above the best pair.

    Args:
        weights: of all compared pairs, at least one, strongest first.
    """
    better = weights[: math.ceil(_SHARE_OF_PAIRS * len(weights))]
    return _SHARE_OF_BEST * weights[0] + (1.0 - _SHARE_OF_BEST) * math.fsum(better) / len(better)


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
    cannot-link never join; must-linked nodes start joined, cannot-link between them or not.

    Args:
        nodes: n record numbers.
        edges: compared pairs (left, right, match weight), each at most once.
        thresholds: groups join while their weight is at or above `link_weight`.
        must_link: pairs that are one person by decision.
        cannot_link: pairs that are two people by decision.

    Returns:
        The smallest node of its cluster, by node.
    """
    groups = _Groups(nodes, edges, cannot_link, link_weight=thresholds.link_weight)
    for left, right in must_link:
        groups.join(groups.owner[left], groups.owner[right])
    queue = [candidate for one in groups.members for candidate in groups.candidates(one)]
    heapq.heapify(queue)
    while queue:
        negative, one, other = heapq.heappop(queue)
        if groups.weight(one, other) != -negative:
            continue  # what was known when this was queued has changed since
        for candidate in groups.candidates(groups.join(one, other)):
            heapq.heappush(queue, candidate)
    return {node: group for group, members in groups.members.items() for node in members}


class _Groups:
    """Groups of nodes, named by their smallest node, and what is known between them."""

    def __init__(
        self,
        nodes: Sequence[int],
        edges: Iterable[tuple[int, int, float]],
        cannot_link: Iterable[tuple[int, int]],
        *,
        link_weight: float,
    ) -> None:
        """Start with every node alone."""
        self.members = {node: [node] for node in nodes}
        self.owner = {node: node for node in nodes}
        self._link_weight = link_weight
        self._forbidden: dict[int, set[int]] = {node: set() for node in nodes}
        for left, right in cannot_link:
            self._forbidden[left].add(right)
            self._forbidden[right].add(left)
        # weights between two groups, strongest first; the same list under both
        self._between: dict[int, dict[int, list[float]]] = {node: {} for node in nodes}
        for left, right, weight in edges:
            held = [max(MOST_AGAINST, min(MOST_FOR, weight))]
            self._between[left][right] = self._between[right][left] = held

    def weight(self, one: int, other: int) -> float | None:
        """Return the weight of two groups; None if one is gone, or they may not or never met."""
        weights = self._between.get(one, {}).get(other)
        if weights is None or other in self._forbidden[one]:
            return None
        return group_weight(weights)

    def candidates(self, one: int) -> list[tuple[float, int, int]]:
        """Return what would join with a group now, as (negative weight, smaller, larger)."""
        found = []
        for other in self._between[one]:
            weight = self.weight(one, other)
            if weight is not None and weight >= self._link_weight:
                found.append((-weight, min(one, other), max(one, other)))
        return found

    def join(self, one: int, other: int) -> int:
        """Join two groups and return the name of the whole; a group with itself is no change."""
        if one == other:
            return one
        keep, lose = min(one, other), max(one, other)
        self.members[keep] += self.members.pop(lose)
        for node in self.members[keep]:
            self.owner[node] = keep
        gone = self._between.pop(lose)
        gone.pop(keep, None)
        self._between[keep].pop(lose, None)
        for neighbour, weights in gone.items():
            del self._between[neighbour][lose]
            known = self._between[keep].get(neighbour, [])
            merged = sorted(known + weights, reverse=True)
            self._between[keep][neighbour] = self._between[neighbour][keep] = merged
        # a must-link may join what a source's rule holds apart: between these two it has won
        self._forbidden[keep].discard(lose)
        for apart in self._forbidden.pop(lose) - {keep}:
            self._forbidden[apart].discard(lose)
            self._forbidden[apart].add(keep)
            self._forbidden[keep].add(apart)
        return keep

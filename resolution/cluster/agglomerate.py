"""Parts one component into people: joins groups while the evidence of the whole group says so."""

import heapq
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.prediction import Thresholds

# One pair, however sure, counts no more than this for a group, and no less than that against it.
MOST_FOR, MOST_AGAINST = 12.0, -20.0

# Chosen by measurement: docs/adr/0009-group-evidence.md.
_SHARE_OF_BEST = 0.4
_SHARE_OF_PAIRS = 0.7
_SHARE_OF_CONTRADICTIONS = 0.6
_MOST_REPEATS = 2.0


class ComparedPair(NamedTuple):
    """Two records and what comparing them said.

    Attributes:
        evidence: what the pair weighs: its match weight and what its sources tell, log2 odds.
        contradictions: for each thing a person has one of: None where a record holds no value, a
            negative match weight where the values contradict each other, else 0.
    """

    left: int
    right: int
    evidence: float
    contradictions: tuple[float | None, ...] = ()


class _Field(NamedTuple):
    """What is known between two groups of one thing that a person has one of.

    Attributes:
        weight: of all contradictions together, in millionths: whole numbers add up to the same sum
            in any order.
    """

    pairs: int = 0
    contradictions: int = 0
    weight: int = 0


def group_weight(weights: Sequence[float]) -> float:
    """Return the match weight of two groups from the pairs compared between them.

    Part the best pair, part the mean of the better pairs: one good pair is enough while nothing
    speaks against it, and is not enough against a group that disagrees; and a few bad records in
    a large group do not keep a good one out. Never above the best pair.

    Args:
        weights: of all compared pairs, at least one, strongest first.
    """
    better = weights[: math.ceil(_SHARE_OF_PAIRS * len(weights))]
    return _SHARE_OF_BEST * weights[0] + (1.0 - _SHARE_OF_BEST) * math.fsum(better) / len(better)


def repeated_contradiction(field: _Field, one_holds: int, other_holds: int) -> float:
    """Return what a contradiction weighs more because groups keep to their values; 0 or less.

    A wrong date of birth is a slip in one record; two dates that each side repeats are two people.
    The harmonic mean of how many records hold a value on each side says how often the
    contradiction was found anew: once for two single records, which their pair already weighs.

    Args:
        field: the pairs compared between two groups.
        one_holds: records of one group that hold a value, at least 1 if there are pairs.
        other_holds: the same of the other group.
    """
    if not field.contradictions:
        return 0.0
    if field.contradictions < _SHARE_OF_CONTRADICTIONS * field.pairs:
        return 0.0
    found = 2.0 * one_holds * other_holds / (one_holds + other_holds)
    return min(_MOST_REPEATS, found - 1.0) * field.weight / field.contradictions / 1e6


def agglomerate(
    nodes: Sequence[int],
    edges: Iterable[ComparedPair | tuple[int, int, float]],
    *,
    thresholds: Thresholds,
    must_link: Iterable[tuple[int, int]] = (),
    cannot_link: Iterable[tuple[int, int]] = (),
) -> dict[int, int]:
    """Part a component into clusters.

    A function of its arguments alone, whatever their order: the strongest evidence joins first,
    ties go to the smallest nodes. Groups join only where a pair between them is at or above
    `link_weight`. Pairs never compared are neutral; those between `break_weight` and `link_weight`
    speak neither for nor against, and are counted as `link_weight`. Groups held apart by a
    cannot-link never join; must-linked nodes start joined, cannot-link between them or not.

    Args:
        nodes: n record numbers.
        edges: compared pairs, each at most once.
        thresholds: groups join while their weight is at or above `link_weight`.
        must_link: pairs that are one person by decision.
        cannot_link: pairs that are two people by decision.

    Returns:
        The smallest node of its cluster, by node.
    """
    pairs = [ComparedPair(*edge) for edge in edges]
    groups = _Groups(nodes, pairs, cannot_link, thresholds=thresholds)
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


class _Between(NamedTuple):
    """What is known between two groups.

    Attributes:
        links: whether any pair between them is at or above the link weight.
        weights: what each pair counts, strongest first.
        fields: one for each thing that a person has one of.
    """

    links: bool
    weights: list[float]
    fields: tuple[_Field, ...]


class _Groups:
    """Groups of nodes, named by their smallest node, and what is known between them."""

    def __init__(
        self,
        nodes: Sequence[int],
        pairs: Sequence[ComparedPair],
        cannot_link: Iterable[tuple[int, int]],
        *,
        thresholds: Thresholds,
    ) -> None:
        """Start with every node alone."""
        self.members = {node: [node] for node in nodes}
        self.owner = {node: node for node in nodes}
        self._link_weight = thresholds.link_weight
        self._forbidden: dict[int, set[int]] = {node: set() for node in nodes}
        for left, right in cannot_link:
            self._forbidden[left].add(right)
            self._forbidden[right].add(left)
        n_fields = max((len(pair.contradictions) for pair in pairs), default=0)
        # how many records of a group hold a value of each thing
        self._holds = {node: [0] * n_fields for node in nodes}
        # the same object under both groups
        self._between: dict[int, dict[int, _Between]] = {node: {} for node in nodes}
        for pair in pairs:
            for place, weight in enumerate(pair.contradictions):
                if weight is not None:
                    self._holds[pair.left][place] = self._holds[pair.right][place] = 1
            known = _Between(
                pair.evidence >= thresholds.link_weight,
                [_counted(pair.evidence, thresholds)],
                _fields_of(pair),
            )
            self._between[pair.left][pair.right] = self._between[pair.right][pair.left] = known

    def weight(self, one: int, other: int) -> float | None:
        """Return the weight of two groups; None if one is gone, they may not, or no pair links."""
        known = self._between.get(one, {}).get(other)
        if known is None or not known.links or other in self._forbidden[one]:
            return None
        held = zip(known.fields, self._holds[one], self._holds[other], strict=True)
        return group_weight(known.weights) + math.fsum(
            repeated_contradiction(field, here, there) for field, here, there in held
        )

    def candidates(self, one: int) -> list[tuple[float, int, int]]:
        """Return what would join with a group now, as (negative weight, smaller, larger)."""
        found = []
        for other in self._between[one]:
            # the same sum whichever group asks
            smaller, larger = min(one, other), max(one, other)
            weight = self.weight(smaller, larger)
            if weight is not None and weight >= self._link_weight:
                found.append((-weight, smaller, larger))
        return found

    def join(self, one: int, other: int) -> int:
        """Join two groups and return the name of the whole; a group with itself is no change."""
        if one == other:
            return one
        keep, lose = min(one, other), max(one, other)
        self.members[keep] += self.members.pop(lose)
        for node in self.members[keep]:
            self.owner[node] = keep
        gone_holds = self._holds.pop(lose)
        self._holds[keep] = [a + b for a, b in zip(self._holds[keep], gone_holds, strict=True)]
        gone = self._between.pop(lose)
        gone.pop(keep, None)
        self._between[keep].pop(lose, None)
        for neighbour, known in gone.items():
            del self._between[neighbour][lose]
            here = self._between[keep].get(neighbour)
            merged = known if here is None else _together(here, known)
            self._between[keep][neighbour] = self._between[neighbour][keep] = merged
        # a must-link may join what a source's rule holds apart: between these two it has won
        self._forbidden[keep].discard(lose)
        for apart in self._forbidden.pop(lose) - {keep}:
            self._forbidden[apart].discard(lose)
            self._forbidden[apart].add(keep)
            self._forbidden[keep].add(apart)
        return keep


def _counted(evidence: float, thresholds: Thresholds) -> float:
    """Return what one pair counts for a group."""
    if thresholds.break_weight < evidence < thresholds.link_weight:
        return thresholds.link_weight
    return max(MOST_AGAINST, min(MOST_FOR, evidence))


def _fields_of(pair: ComparedPair) -> tuple[_Field, ...]:
    return tuple(
        _Field() if weight is None else _Field(1, int(weight < 0.0), round(1e6 * weight))
        for weight in pair.contradictions
    )


def _together(one: _Between, other: _Between) -> _Between:
    return _Between(
        one.links or other.links,
        sorted(one.weights + other.weights, reverse=True),
        tuple(
            _Field(
                a.pairs + b.pairs,
                a.contradictions + b.contradictions,
                a.weight + b.weight,
            )
            for a, b in zip(one.fields, other.fields, strict=True)
        ),
    )

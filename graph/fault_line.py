"""Finds where the records of one identity hold together least: how it would part into two."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[str, str, float]
"""Two records and the evidence of comparing them, log2 odds."""

# What one pair counts: the same bounds as when groups are joined.
_MOST_FOR, _MOST_AGAINST = 12.0, -20.0
# Of very large identities only the weakest ties are tried.
_MOST_TRIED = 60


@dataclass(frozen=True, slots=True)
class FaultLine:
    """Two groups of the records of an identity, and what was compared between them.

    Attributes:
        lesser: the group with fewer records, sorted; of equal ones that with the smallest id.
        greater: the other one, sorted.
        n_compared: pairs compared across.
        n_links: of these, those at or above the link threshold.
        mean: mean evidence of them; None where nothing was compared.
        strongest: the highest evidence of them; None likewise.
    """

    lesser: tuple[str, ...]
    greater: tuple[str, ...]
    n_compared: int
    n_links: int
    mean: float | None
    strongest: float | None


def find_fault_line(
    record_ids: Sequence[str], pairs: Iterable[Pair], *, link_weight: float
) -> FaultLine:
    """Return the weakest way to part an identity of two records or more.

    What holds the records together is the tree of their strongest pairs; each of its ties is
    tried, and of the groups it leaves those count that agree least on average, the more so the
    more even they are. Does not depend on the order of records or pairs.
    """
    ordered = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))
    if len(record_ids) == 2:
        return _across(frozenset(record_ids[:1]), record_ids, ordered, link_weight)
    ties, groups = _strongest_ties(record_ids, ordered)
    if len(groups) > 1:
        return _across(min(groups, key=_size_then_id), record_ids, ordered, link_weight)
    found = [
        _across(_one_end(tie, ties), record_ids, ordered, link_weight)
        for tie in ties[-_MOST_TRIED:]
    ]
    return min(found, key=lambda line: (_weakness(line), line.lesser))


def _size_then_id(group: frozenset[str]) -> tuple[int, str]:
    return len(group), min(group)


def _weakness(line: FaultLine) -> float:
    return (line.mean or 0.0) - math.log2(len(line.lesser))


def _strongest_ties(
    record_ids: Sequence[str], ordered: Sequence[Pair]
) -> tuple[list[tuple[str, str]], set[frozenset[str]]]:
    """Return the strongest spanning forest, strongest first, and the groups it holds."""
    group_of = {one: frozenset([one]) for one in record_ids}
    ties = []
    for left, right, _ in ordered:
        if group_of[left] is not group_of[right]:
            joined = group_of[left] | group_of[right]
            group_of.update(dict.fromkeys(joined, joined))
            ties.append((left, right))
    return ties, set(group_of.values())


def _one_end(tie: tuple[str, str], ties: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the records that are left on one side when a tie of a tree is cut."""
    beside = defaultdict(list)
    for one, other in ties:
        if (one, other) != tie:
            beside[one].append(other)
            beside[other].append(one)
    reached, waiting = {tie[0]}, [tie[0]]
    while waiting:
        for other in beside[waiting.pop()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return frozenset(reached)


def _across(
    side: frozenset[str], record_ids: Sequence[str], ordered: Sequence[Pair], link_weight: float
) -> FaultLine:
    one, other = sorted(side), sorted(set(record_ids) - side)
    lesser, greater = sorted((one, other), key=lambda group: (len(group), group))
    across = [weight for left, right, weight in ordered if (left in side) != (right in side)]
    counted = [max(_MOST_AGAINST, min(_MOST_FOR, weight)) for weight in across]
    return FaultLine(
        lesser=tuple(lesser),
        greater=tuple(greater),
        n_compared=len(across),
        n_links=sum(weight >= link_weight for weight in across),
        mean=math.fsum(counted) / len(counted) if counted else None,
        strongest=across[0] if across else None,
    )

"""Finds where the records of one identity hold together least: how it would part into two."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[str, str, float]
"""Two records and the evidence of comparing them, log2 odds."""

# What one pair counts: the same bounds as when groups are joined.
_MOST_FOR, _MOST_AGAINST = 12.0, -20.0
# Of very large identities only the weakest ties are tried.
_MOST_TRIED = 60

# Records are bits of a number here, pairs two bits and what they count, strongest first.
_Counted = tuple[int, int, float]


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
    ids = sorted(record_ids)
    ordered = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))
    bit_of = {record_id: 1 << at for at, record_id in enumerate(ids)}
    counted = [
        (bit_of[left], bit_of[right], max(_MOST_AGAINST, min(_MOST_FOR, weight)))
        for left, right, weight in ordered
    ]
    lesser = _weakest_side(len(ids), counted)
    evidence = [
        weight
        for (left, right, _), (_, _, weight) in zip(counted, ordered, strict=True)
        if (left & lesser == 0) != (right & lesser == 0)
    ]
    return FaultLine(
        lesser=tuple(one for one in ids if bit_of[one] & lesser),
        greater=tuple(one for one in ids if not bit_of[one] & lesser),
        n_compared=len(evidence),
        n_links=sum(weight >= link_weight for weight in evidence),
        mean=_mean_across(lesser, counted),
        strongest=evidence[0] if evidence else None,
    )


def _weakest_side(n_records: int, counted: Sequence[_Counted]) -> int:
    if n_records == 2:
        return 1
    ties, groups = _strongest_ties(n_records, counted)
    whole = (1 << n_records) - 1
    if len(groups) > 1:
        return _lesser(min(groups, key=_size_then_first), whole)
    sides = [_lesser(side, whole) for side in _sides_of(ties[-_MOST_TRIED:], ties)]
    return min(sides, key=lambda side: (_weakness(side, counted), _size_then_first(side), side))


def _size_then_first(side: int) -> tuple[int, int]:
    return side.bit_count(), side & -side


def _lesser(side: int, whole: int) -> int:
    return min(side, whole & ~side, key=_size_then_first)


def _weakness(lesser: int, counted: Sequence[_Counted]) -> float:
    return (_mean_across(lesser, counted) or 0.0) - math.log2(lesser.bit_count())


def _mean_across(side: int, counted: Sequence[_Counted]) -> float | None:
    across = [
        weight for left, right, weight in counted if (left & side == 0) != (right & side == 0)
    ]
    return math.fsum(across) / len(across) if across else None


def _strongest_ties(
    n_records: int, counted: Sequence[_Counted]
) -> tuple[list[tuple[int, int]], set[int]]:
    """Return the strongest spanning forest, strongest first, and the groups it holds."""
    groups = {1 << at for at in range(n_records)}
    ties = []
    for left, right, _ in counted:
        both = [group for group in groups if group & (left | right)]
        if len(both) == 2:
            groups -= set(both)
            groups.add(both[0] | both[1])
            ties.append((left, right))
            if len(groups) == 1:
                break
    return ties, groups


def _sides_of(cut: Sequence[tuple[int, int]], ties: Sequence[tuple[int, int]]) -> list[int]:
    """Return, for each tie cut out of a tree, the records that are left on one side."""
    beside: dict[int, list[int]] = {}
    for one, other in ties:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    root = ties[0][0]
    above, order = {root: 0}, [root]
    for record in order:
        for other in beside[record]:
            if other != above[record]:
                above[other] = record
                order.append(other)
    below = dict.fromkeys(order, 0)
    for record in reversed(order):
        below[record] |= record
        if above[record]:
            below[above[record]] |= below[record]
    return [below[one] if above[one] == other else below[other] for one, other in cut]

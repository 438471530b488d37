"""Correlation clustering: partitions that agree with as much of the evidence as can be found."""

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random

from benchmarks.published.by_linkage import connected_components
from benchmarks.published.component import Component, Groups

_TRIES = 5


def pivot(component: Component) -> Groups:
    """Take a record with all it is linked to as a cluster, and so on; the best of several orders.

    Source:
        Ailon, Charikar & Newman (2008), "Aggregating inconsistent information: ranking and
        clustering" (CC-Pivot).
    """
    if component.agrees:
        return connected_components(component)
    return min(
        (_pivoted(component, order) for order in _orders(component)),
        key=lambda groups: _disagreement(component, groups),
    )


def _pivoted(component: Component, order: Iterable[int]) -> Groups:
    free, groups = set(component.records), []
    for record in order:
        if record in free:
            group = {record, *component.neighbours[record]} & free
            free -= group
            groups.append(group)
    return groups


def vote(component: Component) -> Groups:
    """Put each record where most evidence is, then move single records while evidence grows.

    Source:
        Elsner & Schudy (2009), "Bounding and comparing methods for correlation clustering beyond
        ILP" (VOTE with best one-element moves).
    """
    if component.agrees:
        return connected_components(component)
    return min(
        (_voted(component, order) for order in _orders(component)),
        key=lambda groups: _disagreement(component, groups),
    )


def _voted(component: Component, order: Sequence[int]) -> Groups:
    groups: Groups = []
    for _ in range(2 * len(order)):
        moved = False
        for record in order:
            now = next((group for group in groups if record in group), None)
            if now is not None:
                now.remove(record)
            around = component.gains[record]
            gains = [math.fsum(around.get(each, 0.0) for each in group) for group in groups]
            best = max(range(len(groups)), key=gains.__getitem__, default=None)
            target = groups[best] if best is not None and gains[best] > 0 else None
            if target is None:
                # Back to a group of its own that it has just left, else to a new one.
                target = now if now is not None and not now else set()
            if target is not now:
                moved = True
                if not any(target is group for group in groups):
                    groups.append(target)
            target.add(record)
        groups = [group for group in groups if group]
        if not moved:
            break
    return groups


def _orders(component: Component) -> Iterable[list[int]]:
    rng = Random(1)  # noqa: S311  an order to try, nothing to keep secret
    for _ in range(_TRIES):
        order = list(component.records)
        rng.shuffle(order)
        yield order


def _disagreement(component: Component, groups: Groups) -> float:
    """Sum the evidence against pairs put together; less of it is better."""
    gains = component.gains
    return -math.fsum(
        gains[one].get(other, 0.0) for group in groups for one, other in combinations(group, 2)
    )

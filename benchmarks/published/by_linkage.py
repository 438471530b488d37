"""Clusters that grow by joining the two groups that are nearest, by one measure or another."""

import math
from collections.abc import Callable

import networkx as nx

from benchmarks.published.component import Component, Groups


def connected_components(component: Component) -> Groups:
    """Join whatever is linked, by one pair or by a chain (single linkage)."""
    graph = nx.Graph()
    graph.add_nodes_from(component.records)
    graph.add_edges_from(pair for _, pair in component.links)
    return list(nx.connected_components(graph))


def average_linkage(component: Component) -> Groups:
    """Join the two groups with the highest mean weight, while it is at or above the link weight.

    Source:
        Sokal & Michener (1958), "A statistical method for evaluating systematic relationships".
    """
    return _linked(component, lambda weights: math.fsum(weights) / len(weights))


def complete_linkage(component: Component) -> Groups:
    """Join the two groups whose weakest pair is strongest, while it is at or above the link weight.

    Source:
        Sørensen (1948), "A method of establishing groups of equal amplitude in plant sociology".
    """
    return _linked(component, min)


def _linked(component: Component, judge: Callable[[list[float]], float]) -> Groups:
    if component.agrees:
        return connected_components(component)
    groups = {record: {record} for record in component.records}
    between: dict[int, dict[int, list[float]]] = {record: {} for record in groups}
    for (left, right), weight in component.weights.items():
        between[left][right] = between[right][left] = [weight]
    while True:
        judged = [
            (judge(weights), -one, -other)
            for one, around in between.items()
            for other, weights in around.items()
            if one < other
        ]
        best, one, other = max(judged, default=(-math.inf, 0, 0))
        if best < component.link_weight:
            return list(groups.values())
        _join(groups, between, -one, -other)


def _join(
    groups: dict[int, set[int]], between: dict[int, dict[int, list[float]]], keep: int, lose: int
) -> None:
    groups[keep] |= groups.pop(lose)
    for other, weights in between.pop(lose).items():
        del between[other][lose]
        if other != keep:
            together = between[keep].get(other, []) + weights
            between[keep][other] = between[other][keep] = together

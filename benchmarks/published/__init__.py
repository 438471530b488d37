"""Clusterings that others published, each as it parts one component: yardsticks for our own.

All take the pairs compared within a component with their match weights (log2 odds), and a link
weight; a pair never compared says nothing. Each returns the groups, and each is deterministic:
where a method asks for chance, it is given a fixed seed and the best of several tries.
"""

from collections.abc import Callable

from benchmarks.published.by_agreement import pivot, vote
from benchmarks.published.by_centres import centre, merge_centre, star
from benchmarks.published.by_communities import louvain, markov
from benchmarks.published.by_linkage import average_linkage, complete_linkage, connected_components
from benchmarks.published.component import Component, Groups

__all__ = ["PUBLISHED", "Component", "Groups"]

PUBLISHED: dict[str, Callable[[Component], Groups]] = {
    "connected components": connected_components,
    "centre": centre,
    "merge-centre": merge_centre,
    "star": star,
    "average linkage": average_linkage,
    "complete linkage": complete_linkage,
    "correlation, pivot": pivot,
    "correlation, vote": vote,
    "Markov": markov,
    "Louvain": louvain,
}

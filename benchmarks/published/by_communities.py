"""Communities of a graph of links: by flow that stays inside them, and by modularity."""

import math
from collections import defaultdict
from collections.abc import Mapping

import networkx as nx

from benchmarks.published.component import Component, Groups

# Beyond this a pair is as sure as it gets, and 2 to its power is no number.
_MOST = 60.0


def markov(component: Component) -> Groups:
    """Let flow spread along links and fade where it is thin, until it stays in clusters.

    Links carry their match probability; inflation is 2, as its author advises to begin with.

    Source:
        Van Dongen (2000), "Graph clustering by flow simulation".
    """
    columns = {record: {record: 1.0} for record in component.records}
    for weight, (left, right) in component.links:
        columns[left][right] = columns[right][left] = 1 / (1 + 2 ** -min(weight, _MOST))
    flow = {record: _scaled(column) for record, column in columns.items()}
    for _ in range(100):
        spread = {record: _inflated(_spread(flow, column)) for record, column in flow.items()}
        settled = all(
            abs(spread[record].get(row, 0.0) - share) < 1e-6
            for record, column in flow.items()
            for row, share in column.items()
        )
        flow = spread
        if settled:
            break
    graph = nx.Graph()
    graph.add_nodes_from(component.records)
    graph.add_edges_from((record, row) for record, column in flow.items() for row in column)
    return list(nx.connected_components(graph))


def _spread(flow: dict[int, dict[int, float]], column: dict[int, float]) -> dict[int, float]:
    found: defaultdict[int, float] = defaultdict(float)
    for through, share in column.items():
        for row, onward in flow[through].items():
            found[row] += share * onward
    return found


def _inflated(column: Mapping[int, float]) -> dict[int, float]:
    squared = _scaled({row: share * share for row, share in column.items()})
    return _scaled({row: share for row, share in squared.items() if share > 1e-5})


def _scaled(column: Mapping[int, float]) -> dict[int, float]:
    whole = math.fsum(column.values())
    return {row: share / whole for row, share in column.items()}


def louvain(component: Component) -> Groups:
    """Find the communities of greatest modularity; links carry their match weight.

    Source:
        Blondel et al. (2008), "Fast unfolding of communities in large networks"; NetworkX.
    """
    graph = nx.Graph()
    graph.add_nodes_from(component.records)
    for weight, (left, right) in component.links:
        # An edge of no weight would be none.
        graph.add_edge(left, right, weight=max(weight - component.link_weight, 0.01))
    return list(nx.community.louvain_communities(graph, seed=1))

"""Measures how well the records of one identity hold together, as a graph of its links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx

from models.prediction import PairwisePrediction

# The diameter takes (records x links) steps: about a second at this size, and it grows as a cube.
_MOST_RECORDS_FOR_DIAMETER = 500


@dataclass(frozen=True, slots=True)
class ClusterQuality:
    """How one identity hangs together.

    Attributes:
        density: links present of all possible ones, in [0, 1]; 1.0 for a single record.
        is_connected: whether every record is reached from every other.
        diameter: most links on a shortest way between two records; None when some are not
            connected, or when there are too many to tell quickly.
        bridges: links whose removal splits the identity: look here first for false links; sorted.
        articulation_points: records whose removal splits it; sorted.
    """

    n_records: int
    n_links: int
    density: float
    is_connected: bool
    diameter: int | None
    bridges: tuple[tuple[str, str], ...]
    articulation_points: tuple[str, ...]


def cluster_quality(
    record_ids: Sequence[str], links: Sequence[PairwisePrediction]
) -> ClusterQuality:
    """Measure the graph of one identity.

    Args:
        record_ids: its records, each once.
        links: those that count as links, whatever the threshold; links to other records are
            left out.

    Returns:
        Its measures; of no records at all, an empty graph of density 0.0.
    """
    return graph_quality(record_ids, ((link.left_id, link.right_id) for link in links))


def graph_quality(record_ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> ClusterQuality:
    """Measure the graph of some records and the pairs among them that are linked."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(record_ids)
    graph.add_edges_from(pair for pair in pairs if pair[0] in graph and pair[1] in graph)
    n_records = graph.number_of_nodes()
    is_connected = n_records > 0 and nx.is_connected(graph)
    is_small = n_records <= _MOST_RECORDS_FOR_DIAMETER
    return ClusterQuality(
        n_records=n_records,
        n_links=graph.number_of_edges(),
        density=1.0 if n_records == 1 else float(nx.density(graph)),
        is_connected=is_connected,
        diameter=nx.diameter(graph) if is_connected and is_small else None,
        bridges=tuple(sorted((min(pair), max(pair)) for pair in nx.bridges(graph))),
        articulation_points=tuple(sorted(nx.articulation_points(graph))),
    )

"""Takes Splink's graph metrics of the identities of a run, as measures to rank them by."""

import math
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator

from models.prediction import match_probability
from resolution.engines.duckdb_engine import open_engine

MEASURES = ("sparse", "centralised", "bridges", "lone_record", "size")


def splink_measures(
    folder: Path, *, link_weight: float, scratch: Path
) -> dict[str, dict[str, float]]:
    """Return measures between 0 and 1 of each identity of two records or more.

    From `linker.clustering.compute_graph_metrics` at the link threshold: how many links are missing
    (density), centralisation, the links of its least linked record (node degree), size; and the
    share of links that are bridges. Splink tells bridges where igraph is installed, and so does
    our run by NetworkX: the same links.

    Args:
        folder: with `memberships.parquet` and `predictions.parquet`.
        link_weight: what counts as a link.
        scratch: folder for temporary files.
    """
    with open_engine(scratch) as connection:
        for name in ("memberships", "predictions"):
            connection.execute(
                f"create table {name} as from read_parquet($file)",
                {"file": str(folder / f"{name}.parquet")},
            )
        connection.execute("""
            create table clustered as select identity_id as cluster_id, record_id as unique_id
            from memberships;
            create table predicted as
            select left_id as unique_id_l, right_id as unique_id_r,
                match_weight + source_weight as match_weight,
                1 / (1 + pow(2, -(match_weight + source_weight))) as match_probability
            from predictions
            join memberships l on l.record_id = left_id
            join memberships r on r.record_id = right_id and r.identity_id = l.identity_id;
            create table nodes as select unique_id, 'x' as nothing from clustered""")
        api = DuckDBAPI(connection)
        settings = SettingsCreator(link_type="dedupe_only", comparisons=[cl.ExactMatch("nothing")])
        linker = Linker(api.register("nodes", dataset_display_name="nodes"), settings)
        metrics = linker.clustering.compute_graph_metrics(
            api.register("predicted", dataset_display_name="predicted"),
            api.register("clustered", dataset_display_name="clustered"),
            threshold_match_probability=match_probability(link_weight),
        )
        return _measures(connection, metrics.clusters.physical_name, metrics.nodes.physical_name)


def _measures(
    connection: duckdb.DuckDBPyConnection, clusters: str, nodes: str
) -> dict[str, dict[str, float]]:
    rows: list[tuple[Any, ...]] = connection.execute(f"""
        select cluster_id, n_nodes, coalesce(density, 0), coalesce(cluster_centralisation, 0), least
        from {clusters} join (
            select cluster_id, min(node_degree) as least from {nodes} group by cluster_id)
        using (cluster_id) where n_nodes > 1""").fetchall()
    return {
        identity_id: {
            "sparse": 1.0 - min(1.0, density),
            "centralised": min(1.0, max(0.0, centralised)),
            "lone_record": 1.0 - min(1.0, least / (n_nodes - 1)),
            "size": min(1.0, math.log2(n_nodes) / 5.0),
        }
        for identity_id, n_nodes, density, centralised, least in rows
    }

"""Clusters all person records: components in the engine, contested ones one by one.

A clustering is a function of records, predictions, decisions and thresholds, worked component by
component. Components hold what edges at or above the link weight connect, since no group joins
without such an edge, and what must-links connect.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import duckdb
import pyarrow as pa
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

from models.prediction import Thresholds
from resolution.cluster.agglomerate import ComparedPair, agglomerate

# Components up to this size have every pair compared before they are parted.
LARGEST_COMPLETED = 400
_ROWS_AT_A_TIME = 50_000


@dataclass(frozen=True, slots=True)
class ClusteringReport:
    """What the clustering did.

    Attributes:
        components: with two or more records; contested ones were parted by group evidence.
        largest_component: its records.
        parted: contested components that became more than one cluster.
    """

    components: int
    contested: int
    parted: int
    largest_component: int


def find_components(
    connection: duckdb.DuckDBPyConnection, constraints: pa.Table, *, thresholds: Thresholds
) -> None:
    """Make table `components` (record_no, component) from `scored` and must-links.

    Expects `model_input` and `scored`; `constraints` has columns kind, left_no, right_no.
    Records alone are not in it.
    """
    connection.register("constraints_arrow", constraints)
    connection.execute("create or replace table constraints as select * from constraints_arrow")
    connection.unregister("constraints_arrow")
    connection.execute(f"""
        create or replace temp table joining_edges as
        select s.left_no as unique_id_l, s.right_no as unique_id_r, 1.0 as match_probability
        from scored s
        join model_input l on l.unique_id = s.left_no and not l.is_watchlist
        join model_input r on r.unique_id = s.right_no and not r.is_watchlist
        where s.match_weight + s.source_weight >= {thresholds.link_weight}
        union all
        select left_no, right_no, 1.0 from constraints where kind = 'must_link'""")
    connection.execute("""
        create or replace temp table joined_records as
        select unique_id_l as unique_id from joining_edges
        union select unique_id_r from joining_edges""")
    if not connection.execute("select count(*) from joining_edges").fetchall()[0][0]:
        connection.execute(
            "create or replace table components (record_no bigint, component bigint)"
        )
        return
    api = DuckDBAPI(connection)
    found = cluster_pairwise_predictions_at_threshold(
        api.register("joined_records", dataset_display_name="joined_records"),
        api.register("joining_edges", dataset_display_name="joining_edges"),
        api,
        node_id_column_name="unique_id",
        edge_id_column_name_left="unique_id_l",
        edge_id_column_name_right="unique_id_r",
    )
    connection.execute(f"""
        create or replace table components as
        select unique_id as record_no, cluster_id as component from {found.physical_name}""")
    found.drop_table_from_database_and_remove_from_cache()
    connection.execute("drop table joining_edges; drop table joined_records")


def find_pairs_to_complete(connection: duckdb.DuckDBPyConnection) -> int:
    """Make table `pairs_to_complete`: pairs inside components that no rule brought together.

    A chain of good pairs can join two people whose records were never compared with each other;
    comparing every pair of a component shows it. Returns how many pairs there are.
    """
    connection.execute(f"""
        create or replace table pairs_to_complete as
        with small as (select component from components group by component
                       having count(*) between 3 and {LARGEST_COMPLETED})
        select l.record_no as left_no, r.record_no as right_no, (-1)::smallint as rule
        from components l join components r
            on l.component = r.component and l.record_no < r.record_no
        semi join small on small.component = l.component
        join model_input a on a.unique_id = l.record_no
        join model_input b on b.unique_id = r.record_no
        anti join scored s on s.left_no = l.record_no and s.right_no = r.record_no
        where not (a.source = b.source and a.duplicate_free)""")
    return int(connection.execute("select count(*) from pairs_to_complete").fetchall()[0][0])


def part_components(
    connection: duckdb.DuckDBPyConnection, *, thresholds: Thresholds
) -> ClusteringReport:
    """Make table `clusters` (record_no, cluster_no) for every person record.

    Expects `contradictions` (left_no, right_no, weights) of the pairs inside components; a
    component is contested where a pair speaks against it, a pair contradicts itself, or a source
    or a decision holds records apart. cluster_no is the smallest record_no of the cluster.
    """
    _make_component_edges(connection, thresholds)
    connection.execute("""
        create or replace temp table contested as
        select distinct component from component_edges where contests""")
    labels: list[tuple[int, int]] = []
    parted = contested = 0
    for _, nodes, edges, must, cannot in _contested_components(connection):
        contested += 1
        clusters = agglomerate(
            nodes, edges, thresholds=thresholds, must_link=must, cannot_link=cannot
        )
        parted += len(set(clusters.values())) > 1
        labels.extend(clusters.items())
    connection.register(
        "labels_arrow",
        pa.table(
            {
                "record_no": pa.array([node for node, _ in labels], pa.int64()),
                "cluster_no": pa.array([cluster for _, cluster in labels], pa.int64()),
            }
        ),
    )
    connection.execute("""
        create or replace table clusters as
        select m.unique_id as record_no,
            coalesce(a.cluster_no, c.component_first, m.unique_id) as cluster_no
        from model_input m
        left join labels_arrow a on a.record_no = m.unique_id
        left join (select record_no, min(record_no) over (partition by component)
                   as component_first from components
                   anti join contested using (component)) c on c.record_no = m.unique_id
        where not m.is_watchlist""")
    connection.unregister("labels_arrow")
    components, largest = connection.execute("""
        select count(*), coalesce(max(n), 0) from (
            select count(*) as n from components group by component)""").fetchall()[0]
    connection.execute("drop table component_edges; drop table contested")
    return ClusteringReport(components, contested, parted, largest)


def _make_component_edges(connection: duckdb.DuckDBPyConnection, thresholds: Thresholds) -> None:
    """Make `component_edges`: all pairs inside components, and those that hold records apart."""
    connection.execute(f"""
        create or replace temp table component_edges as
        select l.component, s.left_no, s.right_no, s.match_weight + s.source_weight as evidence,
            c.weights, 'scored' as kind,
            evidence < {thresholds.link_weight} or coalesce(list_min(c.weights) < 0, false)
                as contests
        from scored s
        join components l on l.record_no = s.left_no
        join components r on r.record_no = s.right_no and r.component = l.component
        left join contradictions c on c.left_no = s.left_no and c.right_no = s.right_no
        union all
        select l.component, k.left_no, k.right_no, 0.0, [], k.kind, k.kind = 'cannot_link'
        from constraints k
        join components l on l.record_no = k.left_no
        join components r on r.record_no = k.right_no and r.component = l.component
        union all
        select l.component, l.record_no, r.record_no, 0.0, [], 'cannot_link', true
        from components l
        join components r on l.component = r.component and l.record_no < r.record_no
        join model_input a on a.unique_id = l.record_no and a.duplicate_free
        join model_input b on b.unique_id = r.record_no and b.source = a.source""")


_Component = tuple[int, list[int], list[ComparedPair], list[tuple[int, int]], list[tuple[int, int]]]


def _contested_components(connection: duckdb.DuckDBPyConnection) -> Iterator[_Component]:
    """Read the contested components one by one: nodes, edges, must-links, cannot-links."""
    rows = connection.execute("""
        select component, left_no, right_no, evidence, weights, kind from component_edges
        semi join contested using (component) order by component, left_no, right_no, kind""")

    def stream() -> Iterator[tuple[int, int, int, float, list[float | None] | None, str]]:
        while batch := rows.fetchmany(_ROWS_AT_A_TIME):
            yield from batch

    for component, group in groupby(stream(), key=itemgetter(0)):
        nodes: set[int] = set()
        edges, must, cannot = [], [], []
        for _, left, right, weight, contradictions, kind in group:
            nodes.update((left, right))
            if kind == "scored":
                edges.append(ComparedPair(left, right, weight, tuple(contradictions or ())))
            elif kind == "must_link":
                must.append((left, right))
            else:
                cannot.append((left, right))
        yield component, sorted(nodes), edges, must, cannot

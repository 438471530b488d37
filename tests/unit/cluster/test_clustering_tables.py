"""From scored pairs to clusters, in tables: against NetworkX on graphs of chance."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

import duckdb
import networkx as nx
import pyarrow as pa
import pytest

from models.prediction import Thresholds
from resolution.cluster.clustering import (
    ClusteringReport,
    find_components,
    find_pairs_to_complete,
    part_components,
)
from resolution.engines.duckdb_engine import open_engine
from tests.small_world import LIMITS

THRESHOLDS = Thresholds(link_weight=0.0, review_weight=-4.0, break_weight=-6.0)

Pair = tuple[int, int]
Scores = dict[Pair, float]
# source, duplicate_free, is_watchlist
Kind = tuple[str, bool, bool]

A_PERSON: Kind = ("casework", False, False)
OF_A_REGISTER: Kind = ("register", True, False)
AN_ENTRY: Kind = ("watchlist", False, True)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        yield connection


def clustered(
    connection: duckdb.DuckDBPyConnection,
    kinds: dict[int, Kind],
    scores: Scores,
    *,
    must: tuple[Pair, ...] = (),
    cannot: tuple[Pair, ...] = (),
) -> tuple[set[frozenset[int]], ClusteringReport]:
    """Cluster these records by these pairs."""
    _load(connection, kinds, scores)
    find_components(connection, _constraints(must, cannot), thresholds=THRESHOLDS)
    report = part_components(connection, thresholds=THRESHOLDS)
    rows = connection.execute("select record_no, cluster_no from clusters").fetchall()
    assert len(rows) == len({record for record, _ in rows})
    return _groups(rows), report


def _load(connection: duckdb.DuckDBPyConnection, kinds: dict[int, Kind], scores: Scores) -> None:
    records = pa.table({
        "unique_id": pa.array(kinds, pa.int64()),
        "source": [source for source, _, _ in kinds.values()],
        "duplicate_free": [free for _, free, _ in kinds.values()],
        "is_watchlist": [entry for _, _, entry in kinds.values()],
    })  # fmt: skip
    pairs = pa.table({
        "left_no": pa.array([left for left, _ in scores], pa.int64()),
        "right_no": pa.array([right for _, right in scores], pa.int64()),
        "match_weight": pa.array(scores.values(), pa.float64()),
        "rule": pa.array([0] * len(scores), pa.int16()),
        "source_weight": pa.array([0.0] * len(scores), pa.float64()),
    })  # fmt: skip
    contradictions = pa.table({
        "left_no": pa.array([], pa.int64()),
        "right_no": pa.array([], pa.int64()),
        "weights": pa.array([], pa.list_(pa.float64())),
    })  # fmt: skip
    tables = {"model_input": records, "scored": pairs, "contradictions": contradictions}
    for name, table in tables.items():
        connection.register("given", table)
        connection.execute(f"create or replace table {name} as from given")
        connection.unregister("given")


def _constraints(must: tuple[Pair, ...], cannot: tuple[Pair, ...]) -> pa.Table:
    rows = [("must_link", *pair) for pair in must] + [("cannot_link", *pair) for pair in cannot]
    return pa.table({
        "kind": pa.array([kind for kind, _, _ in rows], pa.string()),
        "left_no": pa.array([left for _, left, _ in rows], pa.int64()),
        "right_no": pa.array([right for _, _, right in rows], pa.int64()),
    })  # fmt: skip


def _groups(rows: list[tuple[int, int]]) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for record, group in rows:
        found.setdefault(group, set()).add(record)
    assert all(group == min(members) for group, members in found.items())
    return {frozenset(members) for members in found.values()}


def by_networkx(records: list[int], pairs: list[Pair]) -> set[frozenset[int]]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(records)
    graph.add_edges_from(pairs)
    return {frozenset(one) for one in nx.connected_components(graph)}


def a_graph(seed: int, *, weakest: float) -> tuple[list[int], Scores]:
    random = Random(seed)
    records = random.sample(range(500), 60)
    pairs = random.sample(list(combinations(sorted(records), 2)), random.randint(10, 90))
    return records, {pair: random.uniform(weakest, 15.0) for pair in pairs}


@pytest.mark.parametrize("seed", range(4))
def test_components_are_those_of_networkx(seed: int, connection: duckdb.DuckDBPyConnection) -> None:
    records, scores = a_graph(seed, weakest=-15.0)
    must = tuple(combinations(sorted(records)[:3], 2))
    _load(connection, dict.fromkeys(records, A_PERSON), scores)

    find_components(connection, _constraints(must, ()), thresholds=THRESHOLDS)

    rows = connection.execute("select record_no, component from components").fetchall()
    linking = [pair for pair, weight in scores.items() if weight >= THRESHOLDS.link_weight]
    expected = by_networkx(records, [*linking, *must])
    found: dict[int, set[int]] = {}
    for record, component in rows:
        found.setdefault(component, set()).add(record)
    assert {frozenset(one) for one in found.values()} == {one for one in expected if len(one) > 1}


@pytest.mark.parametrize("seed", range(3))
def test_components_that_nothing_contests_are_clusters(
    seed: int, connection: duckdb.DuckDBPyConnection
) -> None:
    records, scores = a_graph(seed, weakest=0.0)

    found, report = clustered(connection, dict.fromkeys(records, A_PERSON), scores)

    assert found == by_networkx(records, list(scores))
    assert (report.contested, report.parted) == (0, 0)
    assert report.components == sum(len(one) > 1 for one in found)
    assert report.largest_component == max(len(one) for one in found)


@pytest.mark.parametrize("seed", range(4))
def test_contested_clusters_lie_inside_components_and_honour_every_constraint(
    seed: int, connection: duckdb.DuckDBPyConnection
) -> None:
    records, scores = a_graph(seed, weakest=-15.0)
    ordered = sorted(records)
    must = ((ordered[0], ordered[20]), (ordered[20], ordered[40]))
    cannot = tuple(pair for pair in list(scores)[:15] if not set(pair) & set(sum(must, ())))
    kinds = dict.fromkeys(records, A_PERSON)

    found, report = clustered(connection, kinds, scores, must=must, cannot=cannot)

    linking = [pair for pair, weight in scores.items() if weight >= THRESHOLDS.link_weight]
    components = by_networkx(records, [*linking, *must])
    assert all(any(one <= component for component in components) for one in found)
    assert all(any(set(pair) <= one for one in found) for pair in must)
    assert not any(set(pair) <= one for pair in cannot for one in found)
    assert report.parted <= report.contested


def test_records_of_a_source_free_of_duplicates_never_share_a_cluster(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    kinds = {1: OF_A_REGISTER, 2: A_PERSON, 3: OF_A_REGISTER, 4: A_PERSON}

    found, _ = clustered(connection, kinds, {(1, 2): 9.0, (2, 3): 8.0, (3, 4): 7.0})

    assert found == {frozenset({1, 2}), frozenset({3, 4})}


def test_a_decision_joins_what_a_source_free_of_duplicates_holds_apart(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    kinds = {1: OF_A_REGISTER, 2: A_PERSON, 3: OF_A_REGISTER}

    found, _ = clustered(connection, kinds, {(1, 2): 9.0}, must=((1, 3),))

    assert found == {frozenset({1, 2, 3})}


def test_entries_of_a_watchlist_are_in_no_cluster_and_join_nobody(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    kinds = {1: A_PERSON, 2: AN_ENTRY, 3: A_PERSON, 4: A_PERSON}

    found, _ = clustered(connection, kinds, {(1, 2): 15.0, (2, 3): 15.0, (3, 4): 3.0})

    assert found == {frozenset({1}), frozenset({3, 4})}


def test_without_a_pair_everyone_is_alone(connection: duckdb.DuckDBPyConnection) -> None:
    found, report = clustered(connection, dict.fromkeys(range(5), A_PERSON), {})

    assert found == {frozenset({one}) for one in range(5)}
    assert report == ClusteringReport(0, 0, 0, 0)


def test_the_pairs_to_complete_are_those_of_a_component_that_no_rule_made(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    kinds = dict.fromkeys(range(1, 8), A_PERSON) | {4: OF_A_REGISTER, 1: OF_A_REGISTER}
    scores = {(1, 2): 5.0, (2, 3): 5.0, (3, 4): 5.0, (1, 3): -9.0, (6, 7): 5.0}
    _load(connection, kinds, scores)
    find_components(connection, _constraints((), ()), thresholds=THRESHOLDS)

    count = find_pairs_to_complete(connection)

    pairs = connection.execute("select left_no, right_no from pairs_to_complete").fetchall()
    # 1 and 4 are of a source that holds each person once: never compared
    assert pairs == [(2, 4)]
    assert count == 1

"""Connected components against networkx, and on shapes that defeat naive label passing."""

from itertools import combinations, pairwise

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tables import CLUSTERS, PREDICTIONS
from resolution.evaluate.components import connected_components

RECORDS = [f"s:{number:02}" for number in range(12)]
pairs = st.sampled_from(list(combinations(RECORDS, 2)))


def predictions_of(weights: dict[tuple[str, str], float]) -> pa.Table:
    lefts, rights = [left for left, _ in weights], [right for _, right in weights]
    none = [0] * len(weights)
    return pa.table([lefts, rights, list(weights.values()), none, none], schema=PREDICTIONS)


def as_mapping(clusters: pa.Table) -> dict[str, str]:
    return {row["record_id"]: row["cluster_id"] for row in clusters.to_pylist()}


def test_a_weak_prediction_joins_nobody() -> None:
    predictions = predictions_of({("a", "b"): 10.0, ("b", "c"): 9.9})

    clusters = connected_components(pa.array(["c", "b", "a"]), predictions, 10.0)

    assert as_mapping(clusters) == {"a": "a", "b": "a", "c": "c"}
    assert clusters.column("record_id").to_pylist() == ["a", "b", "c"]


@pytest.mark.parametrize("records", [[], ["a"]])
def test_records_without_predictions_stand_alone(records: list[str]) -> None:
    clusters = connected_components(pa.array(records, pa.string()), predictions_of({}), 0.0)

    assert clusters.schema.equals(CLUSTERS)
    assert as_mapping(clusters) == {record: record for record in records}


def test_predictions_about_other_records_join_nobody() -> None:
    predictions = predictions_of({("a", "x"): 10.0, ("b", "x"): 10.0})

    clusters = connected_components(pa.array(["a", "b"]), predictions, 0.0)

    assert as_mapping(clusters) == {"a": "a", "b": "b"}


def test_a_long_chain_is_one_cluster() -> None:
    records = [f"{number:05}" for number in range(3_000)]
    chain = predictions_of(dict.fromkeys(pairwise(records), 1.0))

    clusters = connected_components(pa.array(records), chain, 0.0)

    assert set(clusters.column("cluster_id").to_pylist()) == {"00000"}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(pairs, st.integers(-3, 3).map(float), max_size=20), st.integers(-4, 4))
def test_components_agree_with_networkx(
    scored: dict[tuple[str, str], float], threshold: int
) -> None:
    clusters = connected_components(pa.array(RECORDS), predictions_of(scored), threshold)

    graph = nx.Graph([pair for pair, weight in scored.items() if weight >= threshold])
    graph.add_nodes_from(RECORDS)
    expected = {r: min(part) for part in nx.connected_components(graph) for r in part}
    assert as_mapping(clusters) == expected

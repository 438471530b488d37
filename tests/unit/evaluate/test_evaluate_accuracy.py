"""Figures against cases worked by hand and against naive oracles."""

from collections import defaultdict
from itertools import combinations

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidInputError
from models.tables import PREDICTIONS, TRUTH
from resolution.evaluate.accuracy import (
    blocking_recall,
    blocking_recall_of_keys,
    evaluate_by_threshold,
    evaluate_partition,
)
from resolution.evaluate.scores import PairScores, wilson_interval

Groups = dict[str, str]


def clusters_of(groups: Groups) -> pa.Table:
    return pa.table(
        {
            "record_id": pa.array(list(groups), pa.string()),
            "cluster_id": pa.array(list(groups.values()), pa.string()),
        }
    )


def truth_of(people: Groups) -> pa.Table:
    return pa.table([list(people), list(people.values())], schema=TRUTH)


def predictions_of(weights: dict[tuple[str, str], float]) -> pa.Table:
    return pa.table(
        [
            [left for left, _ in weights],
            [right for _, right in weights],
            list(weights.values()),
            [0] * len(weights),
            [0.0] * len(weights),
        ],
        schema=PREDICTIONS,
    )


def pairs_within(groups: Groups) -> set[tuple[str, str]]:
    return {(a, b) for a, b in combinations(sorted(groups), 2) if groups[a] == groups[b]}


def members_by_group(groups: Groups) -> dict[str, set[str]]:
    members = defaultdict(set)
    for record, group in groups.items():
        members[group].add(record)
    return members


RECORDS = [f"s:{number}" for number in range(9)]
partitions = st.dictionaries(st.sampled_from(RECORDS), st.sampled_from("PQRS"), max_size=9)
weights = st.dictionaries(
    st.sampled_from(list(combinations(RECORDS, 2))), st.integers(-5, 5).map(float), max_size=15
)


def test_a_case_worked_by_hand_gives_the_figures_on_paper() -> None:
    # clusters {a b c} {d e} {f}; people {a b} {c d e} {f}: linked 3 + 1, matches 1 + 3, shared 2
    clusters = clusters_of({"a": "1", "b": "1", "c": "1", "d": "2", "e": "2", "f": "3"})
    truth = truth_of({"a": "A", "b": "A", "c": "B", "d": "B", "e": "B", "f": "C"})

    accuracy = evaluate_partition(clusters, truth)

    assert accuracy.pairs == PairScores(2, 2, 2)
    assert accuracy.pairs.f1 == 0.5
    assert accuracy.b_cubed.precision == pytest.approx((2 / 3 * 2 + 1 / 3 + 1 + 1 + 1) / 6)
    assert accuracy.b_cubed.recall == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 * 2 + 1) / 6)
    errors = accuracy.clusters
    assert (errors.n_clusters, errors.n_people, errors.n_exact_clusters) == (3, 3, 1)
    assert (errors.n_merged_clusters, errors.n_split_people) == (1, 1)
    assert (errors.largest_cluster, errors.largest_person) == (3, 3)
    # found: {f} is exactly a person, {d e} of one person only, {a b c} of two
    assert (errors.precision, errors.recall) == (1 / 3, 1 / 3)
    assert errors.of_one_person == pytest.approx(2 / 3)
    assert (errors.joined_precision, errors.joined_of_one_person) == (0.0, 0.5)


def test_records_only_one_side_knows_are_left_out_and_counted() -> None:
    clusters = clusters_of({"a": "1", "b": "1", "stranger": "1"})
    truth = truth_of({"a": "A", "b": "A", "never read": "A"})

    accuracy = evaluate_partition(clusters, truth)

    assert (accuracy.n_records_without_truth, accuracy.n_truth_without_record) == (1, 1)
    assert accuracy.n_records == 2
    assert accuracy.pairs == PairScores(1, 0, 0)
    assert accuracy.clusters.largest_cluster == 2


def test_a_null_person_is_no_truth() -> None:
    truth = pa.table({"record_id": ["a", "b"], "person_id": ["A", None]})

    accuracy = evaluate_partition(clusters_of({"a": "1", "b": "1"}), truth)

    assert (accuracy.n_records, accuracy.n_records_without_truth) == (1, 1)


@pytest.mark.parametrize(
    ("groups", "people"),
    [
        pytest.param({}, {}, id="nothing at all"),
        pytest.param({"a": "1"}, {}, id="no truth"),
        pytest.param({}, {"a": "A"}, id="no clusters"),
    ],
)
def test_nothing_to_compare_is_nothing_wrong(groups: Groups, people: Groups) -> None:
    accuracy = evaluate_partition(clusters_of(groups), truth_of(people))

    assert accuracy.n_records == 0
    assert accuracy.pairs == PairScores(0, 0, 0)
    assert (accuracy.pairs.f1, accuracy.b_cubed.f1) == (1.0, 1.0)


def test_a_record_clustered_twice_is_refused() -> None:
    clusters = pa.table({"record_id": ["a", "a"], "cluster_id": ["1", "2"]})

    with pytest.raises(InvalidInputError, match="'a' is clustered twice"):
        evaluate_partition(clusters, truth_of({}))


def test_a_record_that_is_two_people_is_refused_and_one_said_twice_is_not() -> None:
    clusters = clusters_of({"a": "1"})

    evaluate_partition(clusters, pa.table({"record_id": ["a", "a"], "person_id": ["A", "A"]}))
    with pytest.raises(InvalidInputError, match="two people"):
        evaluate_partition(clusters, pa.table({"record_id": ["a", "a"], "person_id": ["A", "B"]}))


@settings(max_examples=40, deadline=None)
@given(partitions, partitions)
def test_figures_agree_with_listing_every_pair(groups: Groups, people: Groups) -> None:
    accuracy = evaluate_partition(clusters_of(groups), truth_of(people))

    both = groups.keys() & people.keys()
    groups = {record: groups[record] for record in both}
    people = {record: people[record] for record in both}
    linked, matches = pairs_within(groups), pairs_within(people)
    assert accuracy.pairs == PairScores(
        len(linked & matches), len(linked - matches), len(matches - linked)
    )
    clusters, persons = members_by_group(groups), members_by_group(people)
    overlap = [clusters[groups[r]] & persons[people[r]] for r in both]
    precision = [len(o) / len(clusters[groups[r]]) for o, r in zip(overlap, both, strict=True)]
    recall = [len(o) / len(persons[people[r]]) for o, r in zip(overlap, both, strict=True)]
    assert accuracy.b_cubed.precision == pytest.approx(sum(precision) / len(both) if both else 1)
    assert accuracy.b_cubed.recall == pytest.approx(sum(recall) / len(both) if both else 1)
    whole = [members for members in clusters.values() if members in persons.values()]
    errors = accuracy.clusters
    assert errors.n_exact_clusters == len(whole)
    assert errors.n_exact_joined_clusters == sum(len(members) > 1 for members in whole)
    assert errors.n_joined_clusters == sum(len(members) > 1 for members in clusters.values())
    assert errors.n_merged_clusters == sum(
        len({people[record] for record in members}) > 1 for members in clusters.values()
    )


@settings(max_examples=40, deadline=None)
@given(weights, partitions, st.lists(st.integers(-6, 6).map(float), max_size=4))
def test_each_threshold_agrees_with_networkx(
    scored: dict[tuple[str, str], float], people: Groups, thresholds: list[float]
) -> None:
    rows = evaluate_by_threshold(
        predictions_of(scored), truth_of(people), pa.array(RECORDS), thresholds
    )

    assert [row.threshold_match_weight for row in rows] == sorted(set(thresholds))
    matches = pairs_within(people)
    for row in rows:
        kept = {pair for pair, weight in scored.items() if weight >= row.threshold_match_weight}
        graph = nx.Graph()
        graph.add_nodes_from(RECORDS)
        graph.add_edges_from(kept)
        groups = {r: min(part) for part in nx.connected_components(graph) for r in part}
        assert row.components == evaluate_partition(clusters_of(groups), truth_of(people))
        judged = {(a, b) for a, b in kept if a in people and b in people}
        assert row.edges == PairScores(
            len(judged & matches), len(judged - matches), len(matches - judged)
        )


def test_no_predictions_leave_every_record_alone() -> None:
    truth = truth_of({"s:0": "A", "s:1": "A"})

    [row] = evaluate_by_threshold(predictions_of({}), truth, pa.array(RECORDS), [0.0])

    assert row.components.clusters.largest_cluster == 1
    assert row.edges == PairScores(0, 0, 1)


def test_infinite_weights_stand_above_every_threshold() -> None:
    predictions = predictions_of({("s:0", "s:1"): float("inf")})
    truth = truth_of({"s:0": "A", "s:1": "A"})

    [row] = evaluate_by_threshold(predictions, truth, pa.array(RECORDS), [30.0])

    assert row.components.pairs == row.edges == PairScores(1, 0, 0)


def test_blocking_recall_counts_matches_brought_together_whatever_their_weight() -> None:
    candidates = predictions_of({("a", "b"): -40.0, ("a", "d"): 9.0, ("a", "unknown"): 1.0})
    truth = truth_of({"a": "A", "b": "A", "c": "A", "d": "D"})

    found = blocking_recall(candidates, truth)

    assert (found.n_candidate_pairs, found.n_matches, found.n_matches_brought_together) == (3, 3, 1)
    assert found.recall == pytest.approx(1 / 3)


def test_records_that_share_a_key_were_brought_together_once() -> None:
    keys = pa.table({"key": [1, 1, 2, 2, 2, 3], "record_id": ["a", "b", "a", "b", "d", "c"]})
    truth = truth_of({"a": "A", "b": "A", "c": "A", "d": "D"})

    found = blocking_recall_of_keys(keys, truth, n_candidate_pairs=3)

    assert (found.n_matches, found.n_matches_brought_together) == (3, 1)


def test_wilson_agrees_with_a_published_example() -> None:
    # 81 of 263: Newcombe (1998), "Two-sided confidence intervals for the single proportion"
    interval = wilson_interval(81, 263)

    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_what_was_observed(successes: int, failures: int) -> None:
    interval = wilson_interval(successes, successes + failures)

    assert 0.0 <= interval.low <= interval.high <= 1.0
    if successes + failures:
        assert interval.low <= successes / (successes + failures) <= interval.high

"""The figures of the accuracy benchmark: clustered anew, held to bars, beside a former run."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bars import bars_table
from benchmarks.comparison import comparison_table
from benchmarks.reclustering import by_link_weight
from benchmarks.reporting import OURS, PLAIN, Outcome, WeightAccuracy
from benchmarks.tables import equal_recall_table, spread_table
from models.prediction import Thresholds
from models.tables import PREDICTIONS, TRUTH
from resolution.cluster.agglomerate import agglomerate
from resolution.evaluate.accuracy import evaluate_partition
from resolution.evaluate.scores import PairScores

RECORDS = [f"s:{number}" for number in range(8)]
PEOPLE = pa.table([RECORDS, ["A", "A", "A", "B", "B", "C", "C", "D"]], schema=TRUTH)
weights = st.dictionaries(
    st.sampled_from(list(combinations(range(8), 2))), st.integers(-9, 14), max_size=20
)


def outcome_of(groups: list[int], *, record_set: str, tool: str) -> Outcome:
    """Make an outcome of clustering the eight records; people are 3, 2, 2 and 1 of them."""
    clusters = pa.table({"record_id": RECORDS, "cluster_id": groups})
    accuracy = evaluate_partition(clusters, PEOPLE)
    by_weight = [WeightAccuracy(1.0, accuracy)]
    return Outcome(record_set, tool, 1.0, accuracy, PairScores(0, 0, 5), by_weight, None, 1.0)


RIGHT, MERGED = [1, 1, 1, 2, 2, 3, 3, 4], [1, 1, 1, 1, 1, 3, 3, 4]
SPLIT = [1, 1, 5, 2, 2, 3, 3, 4]


@settings(max_examples=25, deadline=None)
@given(weights, st.lists(st.integers(0, 10), min_size=1, max_size=3, unique=True))
def test_clustering_anew_is_the_production_rule_at_that_link_weight(
    scored: dict[tuple[int, int], int], link_weights: list[int]
) -> None:
    thresholds = Thresholds(link_weight=0.0, review_weight=-4.0, break_weight=-6.0)
    predictions = pa.table(
        [
            [RECORDS[left] for left, _ in scored],
            [RECORDS[right] for _, right in scored],
            [float(weight) for weight in scored.values()],
            [0] * len(scored),
        ],
        schema=PREDICTIONS,
    )

    found = by_link_weight(
        predictions,
        pa.chunked_array([RECORDS], pa.string()),
        PEOPLE,
        map(float, link_weights),
        thresholds=thresholds,
        duplicate_free=frozenset(),
        scratch=Path("/tmp"),  # noqa: S108
    )

    assert [row.weight for row in found] == sorted(link_weights)
    for row in found:
        groups = agglomerate(
            range(8),
            [(left, right, float(weight)) for (left, right), weight in scored.items()],
            thresholds=replace(thresholds, link_weight=row.weight),
        )
        clusters = pa.table(
            {"record_id": RECORDS, "cluster_id": [groups[number] for number in range(8)]}
        )
        assert row.accuracy == evaluate_partition(clusters, PEOPLE)


def test_a_source_without_duplicates_keeps_its_records_apart(tmp_path: Path) -> None:
    predictions = pa.table([["s:0"], ["s:1"], [9.0], [0]], schema=PREDICTIONS)

    [row] = by_link_weight(
        predictions,
        pa.chunked_array([["s:0", "s:1"]], pa.string()),
        PEOPLE,
        [0.0],
        thresholds=Thresholds(link_weight=0.0, review_weight=-4.0, break_weight=-6.0),
        duplicate_free=frozenset({"s"}),
        scratch=tmp_path,
    )

    assert row.accuracy.pairs == PairScores(0, 0, 1)


def test_bars_say_what_was_reached_and_what_was_not() -> None:
    name = "generated, default, seed 1"
    ours = outcome_of(MERGED, record_set=name, tool=OURS)
    plain = outcome_of(SPLIT, record_set=name, tool=PLAIN)

    rows = bars_table([ours, plain]).splitlines()[2:]

    # pairs: linked 11, of them 5 of the 5 matches
    assert f"| {name} | pairwise F1 | ≥ 0.95 | 0.6250 | NO |" in rows
    assert f"| {name} | clusters of one person only | ≥ 0.99 | 0.6667 | NO |" in rows
    assert f"| {name} | pairwise F1, plain Splink's | ≥ 0.7500 | 0.6250 | NO |" in rows


@pytest.mark.parametrize(
    ("groups", "reached"),
    [pytest.param(RIGHT, "yes", id="no false link"), pytest.param(MERGED, "NO", id="as many")],
)
def test_the_hostile_bar_is_a_share_of_plain_splinks_false_links(
    groups: list[int], reached: str
) -> None:
    name = "generated, hostile, seed 1"
    ours = outcome_of(groups, record_set=name, tool=OURS)
    plain = outcome_of(MERGED, record_set=name, tool=PLAIN)
    plain = replace(plain, at_our_recall=WeightAccuracy(0.5, plain.default))

    rows = [row for row in bars_table([ours, plain]).splitlines() if "false links" in row]

    assert ["our recall" in row for row in rows] == [True, False]
    assert [row.split(" | ")[-1].removesuffix(" |") for row in rows] == [reached, reached]


def test_a_recall_that_is_never_reached_is_said_and_holds_to_no_bar() -> None:
    name = "generated, hostile, seed 1"
    ours = outcome_of(RIGHT, record_set=name, tool=OURS)
    plain = outcome_of(SPLIT, record_set=name, tool=PLAIN)
    plain = replace(plain, at_our_recall=WeightAccuracy(-1000.0, plain.default))

    assert "ours, which it never reaches" in equal_recall_table([ours, plain])
    assert "at our recall" not in bars_table([ours, plain])


def test_a_recall_of_another_tool_that_ours_is_below_is_said() -> None:
    ours = outcome_of(SPLIT, record_set="febrl4", tool=OURS)
    plain = outcome_of(RIGHT, record_set="febrl4", tool=PLAIN)
    plain = replace(plain, at_our_recall=WeightAccuracy(0.5, plain.default))

    assert "its default's, which ours is below" in equal_recall_table([ours, plain])


def test_the_spread_over_seeds_is_the_most_less_the_least() -> None:
    outcomes = [
        outcome_of(groups, record_set=f"generated, easy, seed {seed}", tool=OURS)
        for seed, groups in ((1, RIGHT), (2, MERGED))
    ]

    table = spread_table(outcomes)

    assert "| generated, easy | identigraph | 2 |" in table
    assert "0.8125 (0.3750)" in table
    assert spread_table(outcomes[:1]) == ""


def test_a_figure_that_moved_says_by_how_much_and_one_that_did_not_stands_alone() -> None:
    former = [
        outcome_of(MERGED, record_set="febrl4", tool=OURS).as_json(),
        outcome_of(RIGHT, record_set="gone", tool=OURS).as_json(),
    ]
    now = [outcome_of(SPLIT, record_set="febrl4", tool=OURS).as_json()]

    table = comparison_table(former, now)

    assert "0.7500 (+0.1250)" in table
    assert "| 0 (-6) | 2 (+2) |" in table
    assert "only in the former run: gone (8 records): identigraph" in table
    assert "(" not in comparison_table(now, now).splitlines()[2]

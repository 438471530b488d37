"""The figures of the accuracy benchmark: clustered again, held to bars, beside a former run."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.bars import bars_table
from benchmarks.comparison import comparison_table
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, run_pipeline
from benchmarks.reporting import OURS, PLAIN, Outcome, WeightAccuracy
from benchmarks.tables import equal_recall_table, spread_table
from models.tables import TRUTH
from resolution.evaluate.accuracy import evaluate_partition
from resolution.evaluate.scores import PairScores
from resolution.generate.generate import generate

RECORDS = [f"s:{number}" for number in range(8)]
PEOPLE = pa.table([RECORDS, ["A", "A", "A", "B", "B", "C", "C", "D"]], schema=TRUTH)


def outcome_of(groups: list[int], *, record_set: str, tool: str) -> Outcome:
    """Make an outcome of clustering the eight records; people are 3, 2, 2 and 1 of them."""
    clusters = pa.table({"record_id": RECORDS, "cluster_id": groups})
    accuracy = evaluate_partition(clusters, PEOPLE)
    by_weight = [WeightAccuracy(1.0, accuracy)]
    return Outcome(record_set, tool, 1.0, accuracy, PairScores(0, 0, 5), by_weight, None, 1.0)


RIGHT, MERGED = [1, 1, 1, 2, 2, 3, 3, 4], [1, 1, 1, 1, 1, 3, 3, 4]
SPLIT = [1, 1, 5, 2, 2, 3, 3, 4]


def test_clustering_again_is_what_a_run_at_that_link_weight_gives(tmp_path: Path) -> None:
    generate(80, seed=4, hardness="hostile", folder=tmp_path / "data")
    mappings = sorted(EXAMPLE_MAPPINGS.glob("*.yaml"))

    result = run_pipeline(
        mappings,
        tmp_path / "data",
        tmp_path / "workspace",
        link_weight_steps=(-999.0, 0.0, 3.0, 999.0),
    )

    link_weight = result.package.thresholds.link_weight
    assert list(result.clusters_at) == [link_weight, link_weight + 3.0, link_weight + 999.0]
    assert _parts(result.clusters_at[link_weight]) == _parts(result.clusters)
    # what joins at a higher weight joins at a lower one, and nothing is as sure as the highest
    records = result.clusters.num_rows
    counts = [len(_parts(clusters)) for clusters in result.clusters_at.values()]
    assert counts[0] < counts[1] < counts[2] == records


def _parts(clusters: pa.Table) -> set[frozenset[str]]:
    members: dict[str, set[str]] = {}
    for row in clusters.to_pylist():
        members.setdefault(row["cluster_id"], set()).add(row["record_id"])
    return {frozenset(group) for group in members.values()}


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

"""Figures of watchlist hits against a case worked by hand and a naive oracle."""

from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.commands.accuracy import hits_as_plain
from models.errors import InvalidInputError
from models.tables import TRUTH, WATCHLIST_HITS
from resolution.evaluate.hits import evaluate_hits
from resolution.evaluate.scores import HitAccuracy, PairScores

Weights = dict[tuple[str, str], float]
ENTRIES = [f"w:{number}" for number in range(4)]
RECORDS = [f"s:{number}" for number in range(6)]


def measured(
    weights: Weights,
    people: dict[str, str],
    listed: dict[str, str],
    *,
    thresholds: tuple[float, ...] = (),
) -> list[HitAccuracy]:
    hits = [(entry, record, weight, 0) for (entry, record), weight in weights.items()]
    return evaluate_hits(
        pa.table([list(column) for column in zip(*hits, strict=True)] or [[]] * 4,
                 schema=WATCHLIST_HITS),
        entry_ids=pa.array(ENTRIES),
        record_ids=pa.array(RECORDS),
        truth=pa.table([list(people), list(people.values())], schema=TRUTH),
        entry_truth=pa.table([list(listed), list(listed.values())], schema=TRUTH),
        thresholds=thresholds,
    )  # fmt: skip


def test_a_case_worked_by_hand_gives_the_figures_on_paper() -> None:
    people = {"s:0": "A", "s:1": "A", "s:2": "B", "s:3": "C"}
    # w:0 finds one of A's two records; w:1 is about C and finds B; w:2 is about nobody.
    weights = {("w:0", "s:0"): 8.0, ("w:1", "s:2"): 1.0, ("w:2", "s:3"): -1.0, ("w:0", "s:5"): 3.0}

    [every] = measured(weights, people, {"w:0": "A", "w:1": "C"})

    assert every.hits == PairScores(1, 2, 2)
    assert (every.n_entries_hit, every.n_true_entries, every.n_true_entries_found) == (3, 2, 1)
    assert (every.entry_recall, every.n_hits_without_truth) == (0.5, 1)


def test_entries_and_records_that_were_not_there_are_not_missed() -> None:
    [every] = measured({}, {"s:0": "A", "gone:1": "A"}, {"w:0": "A", "gone:2": "A"})

    assert (every.hits.n_missed_matches, every.n_true_entries) == (1, 1)


def test_nothing_listed_is_nothing_wrong() -> None:
    [every] = measured({}, {"s:0": "A"}, {})

    assert (every.hits.precision, every.hits.recall, every.entry_recall) == (1.0, 1.0, 1.0)


def test_an_entry_about_two_people_is_refused() -> None:
    truth = pa.table([["w:0", "w:0"], ["A", "B"]], schema=TRUTH)
    with pytest.raises(InvalidInputError, match="'w:0' is given two people"):
        evaluate_hits(
            WATCHLIST_HITS.empty_table(),
            entry_ids=pa.array(ENTRIES),
            record_ids=pa.array(RECORDS),
            truth=TRUTH.empty_table(),
            entry_truth=truth,
        )


def test_scripts_get_all_hits_first_and_then_those_by_threshold() -> None:
    figures = hits_as_plain(
        measured({("w:0", "s:0"): 2.0}, {"s:0": "A"}, {"w:0": "A"}, thresholds=(4.0, 1.0))
    )

    assert figures is not None
    assert (figures["precision"], figures["recall"]) == (1.0, 1.0)
    thresholds = [one["threshold_match_weight"] for one in figures["by_threshold"]]
    assert thresholds == [1.0, 4.0]
    assert [one["recall"] for one in figures["by_threshold"]] == [1.0, 0.0]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(list(product(ENTRIES, RECORDS))), st.integers(-4, 4).map(float)
    ),
    st.dictionaries(st.sampled_from(RECORDS), st.sampled_from("PQR")),
    st.dictionaries(st.sampled_from(ENTRIES), st.sampled_from("PQR")),
    st.integers(-5, 5).map(float),
)
def test_figures_equal_those_of_counting_every_pair(
    weights: Weights, people: dict[str, str], listed: dict[str, str], threshold: float
) -> None:
    matches = {(e, r) for e, r in product(listed, people) if listed[e] == people[r]}

    every, strong = measured(weights, people, listed, thresholds=(threshold,))

    for found, lowest in ((every, -99.0), (strong, threshold)):
        made = {pair for pair, weight in weights.items() if weight >= lowest}
        judged = {pair for pair in made if pair[1] in people}
        assert found.hits == PairScores(
            len(judged & matches), len(judged - matches), len(matches - made)
        )
        assert found.n_true_entries_found == len({entry for entry, _ in judged & matches})
        assert found.n_hits_without_truth == len(made - judged)

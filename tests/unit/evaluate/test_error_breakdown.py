"""Where errors lie: counted by hand, and held to naive oracles that list every pair."""

from itertools import combinations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tables import BLOCKING_KEYS, PREDICTIONS, TRUTH
from resolution.evaluate.accuracy import blocking_recall_of_keys, evaluate_partition
from resolution.evaluate.breakdown import (
    KindRecall,
    matches_sharing_a_key,
    people_joined,
    recall_by_kind,
)

Groups = dict[str, str]
Pairs = list[tuple[str, str]]

RECORDS = [f"s:{number}" for number in range(8)]
groups = st.dictionaries(st.sampled_from(RECORDS), st.sampled_from("PQR"), max_size=8)
pairs = st.lists(st.sampled_from(list(combinations(RECORDS, 2))), unique=True, max_size=20)
kinds_by_record = st.lists(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(["typo", "swap"])), unique=True, max_size=8
)


def clusters_of(found: Groups) -> pa.Table:
    return _table(("record_id", "cluster_id"), list(found.items()))


def truth_of(people: Groups) -> pa.Table:
    return pa.table([list(people), list(people.values())], schema=TRUTH)


def kinds_of(rows: list[tuple[str, str]]) -> pa.Table:
    return _table(("record_id", "kind"), rows)


def compared_of(rows: Pairs) -> pa.Table:
    return _table(("left_id", "right_id"), rows)


def predictions_of(weights: dict[tuple[str, str], float]) -> pa.Table:
    lefts, rights = [left for left, _ in weights], [right for _, right in weights]
    none = [0] * len(weights)
    return pa.table([lefts, rights, list(weights.values()), none, none], schema=PREDICTIONS)


def _table(names: tuple[str, str], rows: list[tuple[str, str]]) -> pa.Table:
    return pa.table(
        {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)}
    )


def test_a_match_is_followed_through_blocking_scoring_and_clustering() -> None:
    # one person of four records: a-b links by itself, b-c only through others, d is lost
    truth = truth_of(dict.fromkeys("abcd", "A"))
    clusters = clusters_of({"a": "1", "b": "1", "c": "1", "d": "2"})

    found = recall_by_kind(
        clusters,
        truth,
        kinds_of([("d", "typo"), ("d", "swap"), ("c", "swap")]),
        compared=compared_of([("a", "b"), ("a", "c"), ("a", "d")]),
        predictions=predictions_of({("a", "b"): 9.0, ("a", "c"): 3.0, ("a", "d"): -4.0}),
        link_weight=3.0,
    )

    assert found == [
        KindRecall(None, 6, 3, 2, 3),
        KindRecall("", 1, 1, 1, 1),
        KindRecall("swap", 5, 2, 1, 2),
        KindRecall("typo", 3, 1, 0, 0),
    ]


def test_a_pair_that_only_the_clustering_asked_for_is_not_blockings() -> None:
    [everything, _] = recall_by_kind(
        clusters_of({"a": "1", "b": "1"}),
        truth_of({"a": "A", "b": "A"}),
        kinds_of([]),
        compared=compared_of([]),
        predictions=predictions_of({("a", "b"): 9.0}),
        link_weight=0.0,
    )

    assert (everything.n_compared, everything.n_scored, everything.n_linked) == (0, 0, 1)


@settings(max_examples=40, deadline=None)
@given(groups, groups, kinds_by_record, pairs, pairs)
def test_every_match_is_counted_once_under_each_kind_of_its_records(
    found: Groups, people: Groups, kinds: list[tuple[str, str]], compared: Pairs, linked: Pairs
) -> None:
    rows = recall_by_kind(
        clusters_of(found),
        truth_of(people),
        kinds_of(kinds),
        compared=compared_of(compared),
        predictions=predictions_of(dict.fromkeys(linked, 1.0)),
        link_weight=1.0,
    )

    expected: dict[str | None, list[int]] = {}
    for pair in combinations(sorted(found.keys() & people.keys()), 2):
        if people[pair[0]] == people[pair[1]]:
            suffered = {kind for record, kind in kinds if record in pair}
            for kind in (None, *(suffered or {""})):
                counts = expected.setdefault(kind, [0, 0, 0, 0])
                counts[0] += 1
                counts[1] += pair in compared
                counts[2] += pair in compared and pair in linked
                counts[3] += found[pair[0]] == found[pair[1]]
    assert {row.kind: row for row in rows} == {
        kind: KindRecall(kind, *counts) for kind, counts in expected.items()
    }


@settings(max_examples=40, deadline=None)
@given(groups, groups)
def test_the_people_joined_make_up_all_false_links(found: Groups, people: Groups) -> None:
    clusters, truth = clusters_of(found), truth_of(people)

    joined = people_joined(clusters, truth).to_pylist()

    pairs_of_scores = evaluate_partition(clusters, truth).pairs
    assert sum(row["n_false_links"] for row in joined) == pairs_of_scores.n_false_links
    for row in joined:
        assert row["person_id"] < row["other_person_id"]
        together = [record for record, cluster in found.items() if cluster == row["cluster_id"]]
        persons = [people.get(record) for record in together]
        one, other = persons.count(row["person_id"]), persons.count(row["other_person_id"])
        assert row["n_false_links"] == one * other > 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(RECORDS)), max_size=16), groups)
def test_matches_sharing_a_key_are_those_that_blocking_recall_counts(
    keys: list[tuple[int, str]], people: Groups
) -> None:
    table = pa.table([[key for key, _ in keys], [record for _, record in keys]], BLOCKING_KEYS)
    truth = truth_of(people)

    shared = matches_sharing_a_key(table, truth).to_pylist()

    expected = {
        pair
        for pair in combinations(sorted(people), 2)
        if people[pair[0]] == people[pair[1]]
        and {key for key, record in keys if record == pair[0]}
        & {key for key, record in keys if record == pair[1]}
    }
    assert {(row["left_id"], row["right_id"]) for row in shared} == expected
    assert len(shared) == len(expected)
    counted = blocking_recall_of_keys(table, truth, n_candidate_pairs=0)
    assert counted.n_matches_brought_together == len(expected)

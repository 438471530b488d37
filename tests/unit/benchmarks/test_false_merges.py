"""What the false merge benchmark learns, counts and injects."""

import itertools
import math
import random
from pathlib import Path

import pytest

from benchmarks.false_merges import Queue, found_in, ranked
from benchmarks.injected_merges import OWN
from benchmarks.logistic import learn_points
from benchmarks.merge_candidates import KINDS, Chooser


def test_points_are_learned_as_log_odds() -> None:
    rows = [{"sign": 1.0}] * 1_000 + [{}] * 1_000
    is_false = [n % 4 != 0 for n in range(1_000)] + [n % 4 == 0 for n in range(1_000)]

    base, points = learn_points(["sign"], rows, is_false)

    assert base == pytest.approx(math.log2(1 / 3), abs=0.05)
    assert points["sign"] == pytest.approx(math.log2(9), abs=0.15)


def test_what_speaks_against_a_false_merge_is_left_out() -> None:
    rows = [{"good": 1.0}] * 50 + [{"bad": 1.0}] * 50
    is_false = [n % 10 == 0 for n in range(50)] + [n % 10 != 0 for n in range(50)]

    _, points = learn_points(["good", "bad"], rows, is_false)

    assert points["good"] == 0.0
    assert points["bad"] > 4.0


def test_equal_scores_are_put_in_an_order_that_ids_do_not_tell() -> None:
    ids = [f"identity-{n}" for n in range(50)]

    order = ranked(dict.fromkeys(ids, 1.0) | {"identity-7": 2.0})

    assert order[0] == "identity-7"
    assert order[1:] != [one for one in ids if one != "identity-7"]


def test_recall_is_of_injected_merges_and_precision_of_all() -> None:
    kinds = {"a": KINDS[0], "b": OWN, "c": KINDS[1]}
    queue = Queue(1, kinds, set(), {}, {}, {})
    scores = {"a": 9.0, "b": 8.0, "x": 7.0, "y": 6.0, "c": 5.0, "z": 4.0, "u": 3.0, "v": 2.0}

    found = found_in([queue], [scores], 0.5)

    assert found.recall() == 0.5
    assert found.recall([OWN]) == 1.0
    assert found.precision == 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_merged_twice(kind: str, tmp_path: Path) -> None:
    truth_folder = tmp_path / "truth"
    truth_folder.mkdir()
    people = [f"p{n}" for n in range(20)]
    given = [f"{one},M,Ali,{'Khan' if n % 2 else 'Shah'}" for n, one in enumerate(people)]
    (truth_folder / "people.csv").write_text(
        "\n".join(["person_id,sex,given,family", *given]) + "\n", "utf-8"
    )
    relations = [
        f"{one},{other},{relation}"
        for one, other in itertools.pairwise(people)
        for relation in ("twin", "spouse", "parent")
    ]
    (truth_folder / "relations.csv").write_text(
        "\n".join(["person_id,other_person_id,kind", *relations]) + "\n", "utf-8"
    )
    members = {f"id-{n}": [f"a:{n}", f"b:{n}"] for n in range(20)}
    truth = {record: people[n] for n, ids in enumerate(members.values()) for record in ids}

    found = list(Chooser(tmp_path, members, truth, random.Random(1)).choose(kind, 4))

    assert len(found) == 4
    merged = [one for merge in found for one in (*merge.ours, *merge.theirs)]
    assert len(merged) == len(set(merged))
    for merge in found:
        assert {truth[one] for one in merge.ours}.isdisjoint(truth[one] for one in merge.theirs)
        assert len(merge.theirs) == (1 if kind == "one record moved" else 2)

"""The pictures of an accuracy run: drawn from its figures, one for each thing it can show."""

from pathlib import Path

import pyarrow as pa
import pytest
from defusedxml.ElementTree import parse

from benchmarks.generated_errors import CAUSES, GeneratedErrors
from benchmarks.pictures import draw
from benchmarks.reporting import OURS, PLAIN, Outcome, WeightAccuracy
from models.tables import TRUTH
from resolution.evaluate.accuracy import evaluate_partition
from resolution.evaluate.breakdown import KindRecall
from resolution.evaluate.scores import PairScores

TRUE = pa.table([["a", "b", "c"], ["A", "A", "C"]], schema=TRUTH)
ERRORS = GeneratedErrors(
    dict.fromkeys(CAUSES, 2),
    dict.fromkeys(CAUSES, 1),
    [KindRecall(None, 8, 8, 7, 6), KindRecall("typo", 4, 4, 3, 2)],
    [KindRecall(None, 8, 8, 7, 6), KindRecall("slavic", 8, 8, 7, 6)],
    {"slavic": 18},
)


def outcome_of(clusters: list[int], *, tool: str, errors: GeneratedErrors | None) -> Outcome:
    found = evaluate_partition(
        pa.table({"record_id": ["a", "b", "c"], "cluster_id": clusters}), TRUE
    )
    by_weight = [WeightAccuracy(weight, found) for weight in (0.0, 4.0)]
    return Outcome("a set", tool, 0.0, found, PairScores(1, 0, 0), by_weight, None, 1.0, errors)


def _texts(path: Path) -> set[str]:
    return {element.text or "" for element in parse(path).iter() if element.tag.endswith("text")}


def test_generated_data_gives_four_pictures_that_name_sets_tools_causes_and_kinds(
    tmp_path: Path,
) -> None:
    outcomes = [
        outcome_of([1, 1, 2], tool=OURS, errors=ERRORS),
        outcome_of([1, 1, 1], tool=PLAIN, errors=ERRORS),
    ]

    paths = draw([outcome.as_json() for outcome in outcomes], tmp_path / "pictures")

    by_name = {path.stem: _texts(path) for path in paths}
    assert {OURS, "a set: F1 by threshold"} <= by_name["f1-by-threshold"]
    assert {OURS, "a set: precision over recall"} <= by_name["precision-and-recall"]
    assert {*CAUSES} <= by_name["false-links-by-cause"]
    assert {"all", "typo"} <= by_name["missed-by-what-went-wrong"]


@pytest.mark.parametrize(
    "clusters",
    [pytest.param([1, 1, 2], id="all right"), pytest.param([1, 2, 2], id="all wrong")],
)
def test_public_sets_are_drawn_without_causes_however_good_or_bad(
    clusters: list[int], tmp_path: Path
) -> None:
    paths = draw([outcome_of(clusters, tool=OURS, errors=None).as_json()], tmp_path)

    assert [path.name for path in paths] == ["f1-by-threshold.svg", "precision-and-recall.svg"]
    assert all(parse(path).getroot().tag.endswith("svg") for path in paths)

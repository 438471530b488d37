"""Causes of false links: each said by the generator's truth, the nearest one first."""

from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.generated_errors import CAUSES, GeneratedErrors, errors_of
from models.tables import PREDICTIONS, TRUTH
from resolution.generate.generate import generate
from resolution.generate.person import PEOPLE_COLUMNS

_NOTHING = dict.fromkeys(PEOPLE_COLUMNS, "")


def _write_truth(folder: Path, people: dict[str, dict[str, str]], relations: list[str]) -> None:
    truth = folder / "truth"
    truth.mkdir()
    rows = [",".join((_NOTHING | {"person_id": key} | row).values()) for key, row in people.items()]
    (truth / "people.csv").write_text("\n".join([",".join(PEOPLE_COLUMNS), *rows]) + "\n")
    head = "person_id,other_person_id,kind"
    (truth / "relations.csv").write_text("\n".join([head, *relations]) + "\n")
    (truth / "corruptions.csv").write_text("record_id,kind\n")


def _errors(folder: Path, *clusters: str) -> GeneratedErrors:
    """Cluster one record of each named person."""
    pairs = [(person, str(at)) for at, group in enumerate(clusters) for person in group.split()]
    records = [person for person, _ in pairs]
    return errors_of(
        pa.table({"record_id": records, "cluster_id": [cluster for _, cluster in pairs]}),
        folder,
        pa.table([records, records], schema=TRUTH),
        compared=pa.table({"left_id": pa.array([], pa.string()), "right_id": []}),
        predictions=PREDICTIONS.empty_table(),
        link_weight=0.0,
        scratch=folder,
    )


def _causes(folder: Path, *clusters: str) -> dict[str, int]:
    """Return the causes that were found."""
    errors = _errors(folder, *clusters)
    assert list(errors.false_links) == list(CAUSES)
    return {cause: count for cause, count in errors.false_links.items() if count}


@pytest.mark.parametrize(
    ("relations", "others", "cause"),
    [
        pytest.param(["a,b,sibling", "b,a,twin"], {}, "twin", id="twins are siblings too"),
        pytest.param(["a,b,spouse", "a,b,household"], {}, "spouse", id="spouses live together"),
        pytest.param(
            ["b,a,parent", "a,b,shared_document"], {}, "parent and child",
            id="a child on its parent's passport",
        ),
        pytest.param(["a,b,sibling"], {}, "sibling", id="siblings"),
        pytest.param(["a,b,namesake"], {}, "namesake", id="planted namesakes"),
        pytest.param([], {"given": "Ana", "family": "LOPEZ"}, "namesake", id="namesakes by chance"),
        pytest.param([], {"former_phone": "0123"}, "shared document or phone", id="one phone"),
        pytest.param([], {"former_address": "1 Mill Lane"}, "shared address", id="one hostel"),
        pytest.param([], {}, "other", id="nothing in common"),
    ],
)  # fmt: skip
def test_a_false_link_has_the_cause_that_the_truth_tells(
    relations: list[str], others: dict[str, str], cause: str, tmp_path: Path
) -> None:
    one = {"given": "Ana", "family": "Lopez", "phone": "0123", "address": "1 Mill Lane"}
    _write_truth(tmp_path, {"a": one, "b": {"given": "Bea", **others}}, relations)

    assert _causes(tmp_path, "a b") == {cause: 1}


def test_two_people_joined_by_a_third_are_told_apart_from_no_cause_at_all(tmp_path: Path) -> None:
    people = {key: {"given": key} for key in "abcd"}
    _write_truth(tmp_path, people, ["a,b,sibling", "b,c,spouse"])

    found = _causes(tmp_path, "a b c d")

    assert found == {"sibling": 1, "spouse": 1, "through a third person": 1, "other": 3}


def test_people_in_different_clusters_are_no_error(tmp_path: Path) -> None:
    _write_truth(tmp_path, {"a": {}, "b": {}}, ["a,b,twin"])

    assert _causes(tmp_path, "a", "b") == {}


def test_a_false_link_counts_once_under_each_culture_it_joins(tmp_path: Path) -> None:
    people = {"a": "arabic", "b": "arabic", "c": "polish", "d": "tamil"}
    _write_truth(tmp_path, {key: {"culture": culture} for key, culture in people.items()}, [])

    errors = _errors(tmp_path, "a b c", "d")

    assert errors.false_links_by_culture == {"arabic": 3, "polish": 2}


def test_what_the_generator_writes_can_be_read(tmp_path: Path) -> None:
    generate(60, seed=1, hardness="hostile", folder=tmp_path)
    people = [f"p{number:09d}" for number in range(60)]

    found = _causes(tmp_path, " ".join(people))

    assert sum(found.values()) == 60 * 59 // 2
    assert {"sibling", "parent and child", "spouse", "namesake"} <= set(found)

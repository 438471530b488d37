"""A match model version is its content: written once, checked when read, never changed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.errors import MatchModelError
from models.match_model.package import LintFinding, MatchModelPackage
from models.prediction import Thresholds
from resolution.link.packages import content_version, copy_package, load_package, save_package

PRIOR = "probability_two_random_records_match"


def test_a_package_read_is_the_package_written(package: MatchModelPackage, tmp_path: Path) -> None:
    read = load_package(save_package(package, tmp_path))

    assert read.settings == package.settings
    assert read.capped_keys.to_pylist() == package.capped_keys.to_pylist()
    assert {name: table.to_pylist() for name, table in read.frequencies.items()} == {
        name: table.to_pylist() for name, table in package.frequencies.items()
    }
    for attribute in (
        "version", "layout_version", "standardiser_version", "thresholds", "screening",
        "population", "lint", "prior",
    ):  # fmt: skip
        assert getattr(read, attribute) == getattr(package, attribute), attribute


def test_a_version_is_that_of_its_content(package: MatchModelPackage) -> None:
    assert content_version(package) == package.version
    assert content_version(replace(package, version="mm-another")) == package.version


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: replace(p, thresholds=Thresholds(1.5, -4.0, -6.0)), id="thresholds"),
        pytest.param(lambda p: replace(p, population=p.population + 1), id="population"),
        pytest.param(lambda p: replace(p, standardiser_version="0"), id="standardiser"),
        pytest.param(lambda p: replace(p, settings=p.settings | {PRIOR: 1e-5}), id="prior"),
        pytest.param(
            lambda p: replace(p, frequencies=p.frequencies | {
                "family": pa.table({"value": ["SMITH"], "tf": [0.5]})}),
            id="frequencies",
        ),
        pytest.param(
            lambda p: replace(p, capped_keys=pa.table({"rule": [1], "key": [2], "records": [3]})),
            id="capped keys",
        ),
    ],
)  # fmt: skip
def test_other_content_is_another_version(
    change: Callable[[MatchModelPackage], MatchModelPackage], package: MatchModelPackage
) -> None:
    assert content_version(change(package)) != package.version


def test_what_lint_and_the_report_say_is_no_content(package: MatchModelPackage) -> None:
    noted = replace(package, lint=(LintFinding("warning", "name", "look"),), figures={"seen": 1})

    assert content_version(noted) == package.version


def _change_json(name: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    def tamper(place: Path) -> None:
        held = json.loads((place / name).read_text("utf-8"))
        change(held)
        (place / name).write_text(json.dumps(held), "utf-8")

    return tamper


def _weigh_more(model: dict[str, Any]) -> None:
    model["comparisons"][0]["comparison_levels"][1]["m_probability"] = 0.99


def _change_frequencies(place: Path) -> None:
    table = pq.read_table(place / "frequency_family.parquet")
    pq.write_table(table.slice(1), place / "frequency_family.parquet")


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(_change_json("model.json", _weigh_more), id="a weight"),
        pytest.param(
            _change_json("manifest.json", lambda m: m["thresholds"].update(link_weight=9.0)),
            id="a threshold",
        ),
        pytest.param(
            _change_json("manifest.json", lambda m: m.update(version="mm-0123456789ab")),
            id="the version",
        ),
        pytest.param(_change_frequencies, id="a frequency"),
        pytest.param(lambda place: (place / "frequency_given.parquet").unlink(), id="a lost table"),
    ],
)
def test_a_package_that_was_changed_is_refused(
    tamper: Callable[[Path], None], package: MatchModelPackage, tmp_path: Path
) -> None:
    place = save_package(package, tmp_path)
    tamper(place)

    with pytest.raises(MatchModelError, match="changed after it was written"):
        load_package(place)


def test_a_package_that_is_not_there_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MatchModelError, match="train one first"):
        load_package(tmp_path / "mm-nothing")


def test_a_package_of_another_layout_is_refused_with_what_to_do(
    package: MatchModelPackage, tmp_path: Path
) -> None:
    place = save_package(package, tmp_path)
    _change_json("manifest.json", lambda m: m.update(layout_version="0"))(place)

    with pytest.raises(MatchModelError, match="train a new version"):
        load_package(place)


def test_a_model_with_errors_is_not_written_and_says_which(
    package: MatchModelPackage, tmp_path: Path
) -> None:
    unfit = replace(package, lint=(LintFinding("error", "name", "'different' vetoes: -25.0"),))

    with pytest.raises(MatchModelError, match=r"name: 'different' vetoes"):
        save_package(unfit, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_package_is_written_once_and_then_kept(
    package: MatchModelPackage, tmp_path: Path
) -> None:
    place = save_package(package, tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in place.iterdir()}

    again = save_package(replace(package, figures={"another": "report"}), tmp_path)

    assert again == place
    assert {path.name: path.stat().st_mtime_ns for path in place.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == [package.version]


def test_a_copy_is_the_package_and_a_changed_one_is_not_copied(
    package: MatchModelPackage, tmp_path: Path
) -> None:
    place = save_package(package, tmp_path / "elsewhere")

    copied = copy_package(place, tmp_path / "here")

    assert load_package(copied).version == package.version
    assert copy_package(place, tmp_path / "here") == copied
    _change_frequencies(place)
    with pytest.raises(MatchModelError):
        copy_package(place, tmp_path / "third")
    assert not (tmp_path / "third").exists()

"""The report is a page anyone may open: whole, local, the same every time, telling of nobody."""

import copy
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from models.match_model.package import (
    DEFAULT_SCREENING,
    DEFAULT_THRESHOLDS,
    LAYOUT_VERSION,
    LintFinding,
    MatchModelPackage,
)
from resolution.link.packages import REPORT, content_version, load_package, save_package
from resolution.link.report import render_report
from tests.unit.link_report.pages import Page

UNSHOWN = ("common", "name", "address", "postcode")
HOSTILE = "<script>alert('x')</script><img src=x onerror=\"y\">&\u202e"


@pytest.fixture(scope="module")
def html(package: MatchModelPackage) -> str:
    return render_report(package)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def bare_package(**figures: Any) -> MatchModelPackage:
    settings = {"probability_two_random_records_match": 0.001, "comparisons": []}
    return MatchModelPackage(
        version="mm-1", layout_version=LAYOUT_VERSION, standardiser_version="1", settings=settings,
        frequencies={}, capped_keys=pa.table({"rule": [], "key": [], "records": []}),
        thresholds=DEFAULT_THRESHOLDS, screening=DEFAULT_SCREENING, population=0, lint=(),
        figures=figures,
    )  # fmt: skip


def strings_made_hostile(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: strings_made_hostile(one) for name, one in value.items()}
    if isinstance(value, list):
        return [strings_made_hostile(one) for one in value]
    return HOSTILE if isinstance(value, str) else value


def values_by_holders(package: MatchModelPackage) -> tuple[set[str], set[str]]:
    """Values of no column that as many as five people share, and values of some that do."""
    (people,) = package.frequencies["size"]["people"].to_pylist()
    few, many = set(), set()
    for column, table in package.frequencies.items():
        for row in table.to_pylist() if "value" in table.column_names else ():
            is_shared = row.get("tf", 0.0) * people > 4.5
            (many if is_shared and column not in UNSHOWN else few).add(row["value"])
    return few - many, many


def test_every_section_is_there(page: Page) -> None:
    sections = {
        "weights", "training", "lint", "frequencies", "records", "blocking", "pairs",
        "thresholds", "unlinkable",
    }  # fmt: skip

    assert sections <= set(page.all("id"))


def test_every_tag_is_closed_where_it_should_be(page: Page) -> None:
    assert page.unbalanced == []


def test_links_lead_to_places_on_the_page_and_no_place_is_there_twice(page: Page) -> None:
    ids = page.all("id")

    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.all("href")} <= set(ids)


def test_nothing_is_fetched_and_nothing_runs(html: str, page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not page.all("src")
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_every_table_has_a_caption_and_every_chart_says_what_it_shows(page: Page) -> None:
    assert page.tags.count("table") == page.tags.count("caption") > 10
    charts = page.all("class").count("chart")
    assert charts >= 3
    assert page.all("role").count("img") == charts == page.tags.count("title") - 1
    assert all(len(label) > 20 for label in page.all("aria-label") if label != "Sections")


def test_every_level_is_shown_with_its_weight(page: Page, package: MatchModelPackage) -> None:
    for comparison in package.figures["levels"]:
        for level in comparison["levels"]:
            assert level["label"] in page.text


def test_versions_and_population_are_told(page: Page, package: MatchModelPackage) -> None:
    assert package.version in page.text
    assert f"{package.population:,} person records" in page.text


def test_no_value_that_few_people_hold_is_in_the_report(
    html: str, page: Page, package: MatchModelPackage
) -> None:
    few, many = values_by_holders(package)
    words = set(re.findall(r"\b[A-Z][A-Z' -]*[A-Z]\b|\b[A-Z]{2,}\b", html))

    assert len(few) > 100
    assert not words & few
    assert not [value for value in few if any(c.isdigit() for c in value) and value in html]
    assert set(page.values) <= many


def test_no_record_is_named(html: str, package: MatchModelPackage) -> None:
    assert not re.search(r"\b(casework|in_country|passengers|watchlist):\w", html)


def test_hostile_words_stay_words(package: MatchModelPackage) -> None:
    figures = strings_made_hostile(copy.deepcopy(package.figures))
    finding = LintFinding(HOSTILE, HOSTILE, HOSTILE)
    hostile = replace(
        package, version=HOSTILE, standardiser_version=HOSTILE, figures=figures, lint=(finding,)
    )
    for comparison in figures["levels"]:
        comparison["comparison"] = "name"
    for row in figures["records"]:
        row["filled"] = {"name": 1.0}

    page = Page(render_report(hostile))

    assert page.unbalanced == []
    assert not {"script", "img"} & set(page.tags)
    assert not page.all("onerror")
    assert HOSTILE in page.text


def test_the_same_package_gives_the_same_page(html: str, package: MatchModelPackage) -> None:
    assert render_report(copy.deepcopy(package)) == html


def test_the_report_is_written_with_the_package_and_can_be_drawn_again_from_it(
    html: str, package: MatchModelPackage, tmp_path: Path
) -> None:
    place = save_package(package, tmp_path)

    assert (place / REPORT).read_text("utf-8") == html
    assert render_report(load_package(place)) == html


def test_figures_do_not_make_a_version(package: MatchModelPackage) -> None:
    assert content_version(replace(package, figures={})) == package.version


def test_a_package_without_figures_has_a_report_of_what_it_is() -> None:
    page = Page(render_report(bare_package()))

    assert page.unbalanced == []
    assert "1 in 1,000" in page.text
    assert "blocking" not in page.all("id")


def test_a_population_with_nothing_to_compare_has_a_report() -> None:
    nothing: dict[str, Any] = {"bins": [], "pairs": 0, "matches": 0.0}
    page = Page(
        render_report(
            bare_package(
                training={"sessions": [{"block": "b", "pairs": 0, "matches": 0.0}]},
                blocking=[], rules=[], recall=[], found_twice=0.0, matches_looked_at=0,
                records=[], levels=[], sources=[], frequencies=[],
                pairs={"people": nothing, "watchlist": nothing},
                thresholds=[
                    {"name": "LINK", "weight": 0.0, "pairs": 0, "matches": 0.0,
                     "precision": None, "recall": None}
                ],
                unlinkable={"bins": [], "sources": []},
                prior={"first": 1e-9, "matches": 0.0},
            )
        )
    )  # fmt: skip

    assert page.unbalanced == []
    assert "No two person records were brought together" in page.text

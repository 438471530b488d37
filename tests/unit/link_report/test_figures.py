"""Figures of a trained model add up, and can be kept as JSON."""

import json
import math
from itertools import pairwise

import pytest

from models.match_model.package import MatchModelPackage


def test_figures_are_plain_json(package: MatchModelPackage) -> None:
    assert json.loads(json.dumps(package.figures, allow_nan=False)) == package.figures


def test_pairs_by_rule_are_the_pairs_that_were_scored(package: MatchModelPackage) -> None:
    pairs = package.figures["pairs"]

    made = sum(rule["pairs"] for rule in package.figures["blocking"])

    assert made == pairs["people"]["pairs"] + pairs["watchlist"]["pairs"] > 0


def test_expected_matches_add_up_by_rule_by_weight_and_by_source(
    package: MatchModelPackage,
) -> None:
    figures = package.figures
    people = figures["pairs"]["people"]

    assert people["matches"] > 100
    for parts in (
        [matches for _, _, matches in people["bins"]],
        [rule["matches_first"] for rule in figures["rules"]],
        [row["matches"] for row in figures["sources"]],
    ):
        assert math.fsum(parts) == pytest.approx(people["matches"], abs=0.1)
    assert sum(row["pairs"] for row in figures["sources"]) == people["pairs"]


def test_expected_matches_are_what_the_prior_says(package: MatchModelPackage) -> None:
    pairs = package.population * (package.population - 1) / 2
    matches = sum(part["matches"] for part in package.figures["pairs"].values())

    assert matches == pytest.approx(package.prior * pairs, rel=0.02)


def test_a_higher_threshold_never_links_more(package: MatchModelPackage) -> None:
    rows = package.figures["thresholds"]

    assert [row["weight"] for row in rows] == sorted(row["weight"] for row in rows)
    for lower, higher in pairwise(rows):
        assert lower["pairs"] >= higher["pairs"]
        assert lower["recall"] >= higher["recall"]
    assert {row["name"]: row["weight"] for row in rows if row["name"]} == {
        "LINK": package.thresholds.link_weight,
        "REVIEW": package.thresholds.review_weight,
        "BREAK": package.thresholds.break_weight,
    }


def test_thresholds_and_bins_tell_the_same(package: MatchModelPackage) -> None:
    bins = package.figures["pairs"]["people"]["bins"]
    for row in package.figures["thresholds"]:
        above = [one for one in bins if one[0] >= row["weight"]]

        assert sum(pairs for _, pairs, _ in above) == row["pairs"]
        assert math.fsum(m for _, _, m in above) == pytest.approx(row["matches"], abs=0.1)


def test_every_person_record_is_scored_against_itself(package: MatchModelPackage) -> None:
    unlinkable = package.figures["unlinkable"]

    assert sum(count for _, count in unlinkable["bins"]) == package.population
    assert sum(row["records"] for row in unlinkable["sources"]) == package.population
    for row in unlinkable["sources"]:
        assert 0 <= row["below_review"] <= row["below_link"] <= row["records"]


def test_records_are_counted_by_source(package: MatchModelPackage) -> None:
    rows = package.figures["records"]

    assert sum(r["records"] for r in rows if not r["watchlist"]) == package.population
    assert all(0 <= share <= 1 for row in rows for share in row["filled"].values())


def test_levels_weigh_what_the_model_says_and_stay_within_bounds(
    package: MatchModelPackage,
) -> None:
    by_name = {c["comparison"]: c for c in package.figures["levels"]}
    for trained in package.settings["comparisons"]:
        shown = by_name[trained["output_column_name"]]
        levels = [x for x in trained["comparison_levels"] if not x.get("is_null_level")]
        for level, told in zip(levels, shown["levels"], strict=True):
            weight = math.log2(level["m_probability"] / level["u_probability"])

            assert level["label_for_charts"] == told["label"]
            assert told["weight"] == pytest.approx(weight, abs=1e-3)
            assert shown["bounds"][0] - 1e-3 <= weight <= shown["bounds"][1] + 1e-3


def test_no_rule_finds_more_than_all_and_what_one_finds_alone_it_finds(
    package: MatchModelPackage,
) -> None:
    for rule in package.figures["rules"]:
        assert 0 <= rule["only"] <= rule["found"] <= 1
    alone = sum(rule["only"] for rule in package.figures["rules"])
    assert alone + package.figures["found_twice"] == pytest.approx(1, abs=1e-4)


def test_the_estimate_never_says_that_blocking_found_more_than_all(
    package: MatchModelPackage,
) -> None:
    assert package.figures["recall"]
    assert all(0 < row["recall"] <= 1 for row in package.figures["recall"])

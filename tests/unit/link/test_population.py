"""A match model belongs to the population that it was trained on."""

from dataclasses import replace

import pytest

from models.match_model.package import MatchModelPackage
from resolution.link.population import population_warnings


@pytest.mark.parametrize(
    ("people", "warned"),
    [
        pytest.param(10, False, id="fewer than it was trained on"),
        pytest.param(200, False, id="twice as many"),
        pytest.param(201, True, id="more than twice as many"),
    ],
)
def test_a_population_that_more_than_doubled_has_outgrown_its_match_model(
    package: MatchModelPackage, people: int, warned: bool
) -> None:
    found = population_warnings(replace(package, population=100), people)

    assert [one["code"] for one in found] == ["population_outgrown"] * warned


def test_the_warning_says_by_how_much_and_what_to_do(package: MatchModelPackage) -> None:
    [warning] = population_warnings(replace(package, population=1_000), 250_000)

    for part in ("250,000", "1,000", "`identigraph train`", "`identigraph activate VERSION`"):
        assert part in warning["message"]

"""A value is shown only if it tells of nobody; weights are those that pairs get."""

import math
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from models.match_model.comparisons import ADDRESS, NAME
from models.match_model.package import (
    DEFAULT_SCREENING,
    DEFAULT_THRESHOLDS,
    LAYOUT_VERSION,
    MatchModelPackage,
)
from resolution.link.frequency_figures import frequency_figures
from resolution.link.settings import splink_settings

PEOPLE = 100
COLUMNS = ("name", "given", "family", "birth_place", "postcode", "address")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def figures_of(
    connection: duckdb.DuckDBPyConnection,
    given: dict[str, tuple[int, list[int]]],
    address: str | None = None,
) -> dict[str, dict[str, Any]]:
    """Measure given names, each held by so many people born in these years, by column."""
    rows = [
        (name, year, holders / PEOPLE) for name, (holders, years) in given.items() for year in years
    ]
    connection.execute(
        "create table model_input (given_root varchar, birth_year int, is_watchlist boolean,"
        " family_root varchar, birth_place varchar, postcode varchar, address varchar,"
        + ", ".join(f"tf_{column} double" for column in COLUMNS) + ")"
    )  # fmt: skip
    connection.executemany(
        "insert into model_input (given_root, birth_year, tf_given, is_watchlist, address,"
        " tf_address) values (?, ?, ?, false, ?, 0.2)",
        [(*row, address) for row in rows],
    )
    frequencies = {column: pa.table({"value": [""], "tf": [0.0]}) for column in COLUMNS}
    frequencies["size"] = pa.table({"people": [PEOPLE]})
    frequencies["given"] = pa.table(
        {"value": list(given), "tf": [holders / PEOPLE for holders, _ in given.values()]}
    )
    frequencies["address"] = pa.table({"value": [address or ""], "tf": [0.2]})
    package = MatchModelPackage(
        version="mm-1", layout_version=LAYOUT_VERSION, standardiser_version="1",
        settings=splink_settings([NAME, ADDRESS], prior=0.001), frequencies=frequencies,
        capped_keys=pa.table({"rule": [], "key": [], "records": []}),
        thresholds=DEFAULT_THRESHOLDS, screening=DEFAULT_SCREENING, population=PEOPLE, lint=(),
    )  # fmt: skip
    return {figures["column"]: figures for figures in frequency_figures(connection, package)}


def shown(figures: dict[str, Any]) -> list[str]:
    return [value["value"] for value in figures["common"]]


def test_a_value_of_five_people_is_shown_and_of_four_is_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    years = [1950, 1960, 1970, 1980, 1990]

    figures = figures_of(connection, {"ANNA": (5, years), "XIMENA": (4, years)})

    assert shown(figures["given"]) == ["ANNA"]


def test_one_person_spelt_many_ways_is_not_many_people(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    figures = figures_of(connection, {"XIMENA": (9, [1970, 1970, 1971, 1907, 1970])})

    assert shown(figures["given"]) == []


def test_an_address_is_never_shown_however_many_live_there(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    years = [1950, 1960, 1970, 1980, 1990, 2000]

    figures = figures_of(connection, {"ANNA": (20, years)}, address="1 LONG ROAD")

    assert shown(figures["address"]) == []
    assert "1 LONG ROAD" not in repr(figures)


def test_no_more_than_ten_values_are_shown_commonest_first(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    years = [1950, 1960, 1970, 1980, 1990]
    given = {f"NAME{number}": (5 + number, years) for number in range(15)}

    figures = figures_of(connection, given)

    assert shown(figures["given"]) == [f"NAME{number}" for number in range(14, 4, -1)]


def test_values_and_people_are_counted_in_bands(connection: duckdb.DuckDBPyConnection) -> None:
    figures = figures_of(connection, {"A": (1, [1950]), "B": (1, [1960]), "C": (12, [1970])})

    bands = {band["label"]: (band["values"], band["people"]) for band in figures["given"]["bands"]}
    assert bands == {"1": (2, 2), "10 to 99": (1, 12)}
    assert figures["given"]["values"] == 3


def test_a_weight_is_that_of_the_level_with_the_frequency_for_its_u(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    level = next(level for level in NAME.levels if level.tf == "given")

    figures = figures_of(connection, {"A": (1, [1950]), "C": (12, [1970])})

    weights = {band["label"]: band["weight"] for band in figures["given"]["bands"]}
    for label, holders in (("1", 1), ("10 to 99", 12)):
        expected = math.log2(level.m / level.u) + level.tf_weight * math.log2(
            level.u / (holders / PEOPLE)
        )
        assert weights[label] == pytest.approx(expected, abs=1e-3)


def test_a_column_without_a_value_is_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    assert set(figures_of(connection, {"A": (1, [1950])})) == {"given", "address"}

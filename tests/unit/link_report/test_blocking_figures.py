"""Capture and recapture: what two groups of rules catch tells how much all of them miss."""

from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa
import pytest

from models.match_model.blocking import BLOCKING_RULES
from models.match_model.package import (
    DEFAULT_SCREENING,
    DEFAULT_THRESHOLDS,
    LAYOUT_VERSION,
    MatchModelPackage,
)
from resolution.link.blocking_figures import blocking_figures

DOCUMENT, NAME = (
    next(n for n, rule in enumerate(BLOCKING_RULES) if rule.columns == columns)
    for columns in (("document_numbers",), ("root_keys",))
)
NO_KEYS = pa.table({"rule": pa.array([], pa.int16()), "key": pa.array([], pa.int64())})


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "create table blocking_keys (rule smallint, key bigint, unique_id bigint)"
        )
        connection.execute(
            "create table people_pairs (left_no bigint, right_no bigint, match_weight double,"
            " rule smallint, probability double)"
        )
        yield connection


def package_of(capped: pa.Table = NO_KEYS) -> MatchModelPackage:
    return MatchModelPackage(
        version="mm-1", layout_version=LAYOUT_VERSION, standardiser_version="1", settings={},
        frequencies={}, capped_keys=capped, thresholds=DEFAULT_THRESHOLDS,
        screening=DEFAULT_SCREENING, population=0, lint=(),
    )  # fmt: skip


def catch(
    connection: duckdb.DuckDBPyConnection, matches: int, caught: dict[int, Callable[[int], bool]]
) -> None:
    """Give each of so many matched pairs a key under every rule that catches it."""
    keys, pairs = [], []
    for match in range(matches):
        rules = [rule for rule, catches in sorted(caught.items()) if catches(match)]
        keys += [(rule, match, 2 * match + side) for rule in rules for side in (0, 1)]
        pairs += [(2 * match, 2 * match + 1, 20.0, rules[0], 1.0)] if rules else []
    connection.executemany("insert into blocking_keys values (?, ?, ?)", keys)
    connection.executemany("insert into people_pairs values (?, ?, ?, ?, ?)", pairs)


def test_independent_rules_tell_how_many_matches_there_are(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    catch(connection, 1000, {NAME: lambda n: n % 2 == 0, DOCUMENT: lambda n: n % 10 < 5})

    figures = blocking_figures(connection, package_of())

    # 500 and 500 caught, 300 twice: 700 found, and 833 there if they were independent
    assert figures["matches_looked_at"] == 700
    assert figures["found_twice"] == pytest.approx(300 / 700, abs=1e-4)
    for estimate in figures["recall"]:
        assert (estimate["by_one"], estimate["by_other"], estimate["by_both"]) == (500, 500, 300)
        assert estimate["estimated"] == pytest.approx(501 * 501 / 301 - 1, abs=0.1)
        assert estimate["recall"] == pytest.approx(700 / (501 * 501 / 301 - 1), abs=1e-3)


def test_a_rule_is_credited_with_what_it_finds_first_at_all_and_alone(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    catch(connection, 100, {NAME: lambda n: n < 80, DOCUMENT: lambda n: n >= 60})

    rules = blocking_figures(connection, package_of())["rules"]

    found = {n: (r["matches_first"], r["found"], r["only"]) for n, r in enumerate(rules)}
    assert found[DOCUMENT] == (40.0, 0.4, 0.2)
    assert found[NAME] == (60.0, 0.8, 0.6)
    assert all(found[n] == (0.0, 0.0, 0.0) for n in found if n not in (DOCUMENT, NAME))


def test_a_capped_key_catches_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    catch(connection, 100, {NAME: lambda n: True, DOCUMENT: lambda n: True})
    capped = pa.table(
        {"rule": pa.array([NAME] * 50, pa.int16()), "key": pa.array(range(50), pa.int64())}
    )

    rules = blocking_figures(connection, package_of(capped))["rules"]

    assert (rules[NAME]["found"], rules[DOCUMENT]["only"]) == (0.5, 0.5)


def test_too_few_caught_twice_give_no_estimate(connection: duckdb.DuckDBPyConnection) -> None:
    catch(connection, 100, {NAME: lambda n: n < 60, DOCUMENT: lambda n: n >= 50})

    assert blocking_figures(connection, package_of())["recall"] == []


def test_no_pairs_give_zeros(connection: duckdb.DuckDBPyConnection) -> None:
    figures = blocking_figures(connection, package_of())

    assert figures["matches_looked_at"] == 0
    assert all(rule["found"] == rule["only"] == 0 for rule in figures["rules"])

"""Where records contradict each other on what a person has one of, and what that weighs."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from models.match_model.package import MatchModelPackage
from models.tables import SOURCE_RECORDS
from resolution.engines.duckdb_engine import open_engine
from resolution.link.contradict import weigh_contradictions
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.lint import weight_of
from resolution.standardise.standardise import standardise
from tests.small_world import LIMITS, a_record


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        define_macros(connection)
        yield connection


def somebody(place: int, born: str = "", sex: str = "") -> dict[str, Any]:
    return a_record(
        f"a:{place}",
        names=[{"kind": "primary", "given": "Ottilie", "family": "Brandvold"}],
        dates_of_birth=[{"text": born, "order": "ymd"}] if born else [],
        sexes=[{"text": sex}] if sex else [],
    )


def contradictions_of(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, *rows: dict[str, Any]
) -> dict[tuple[int, int], dict[str, float | None]]:
    """Weigh what the pairs of these records, one component, contradict; by exclusive comparison."""
    made = standardise(pa.Table.from_pylist(list(rows), schema=SOURCE_RECORDS))
    numbers = pa.array(range(made.num_rows), pa.int64())
    connection.register("standardised", made.append_column("record_no", numbers))
    build_features(connection, "standardised")
    apply_frequencies(connection, package.frequencies)
    pairs = list(combinations(range(made.num_rows), 2))
    connection.register("scored", pa.table({
        "left_no": [left for left, _ in pairs], "right_no": [right for _, right in pairs],
    }))  # fmt: skip
    connection.register("components", pa.table({
        "record_no": numbers, "component": pa.array([0] * made.num_rows, pa.int64()),
    }))  # fmt: skip
    weigh_contradictions(connection, package)
    names = [one["output_column_name"] for one in package.settings["comparisons"]]
    exclusive = [name for name in names if name in {"date_of_birth", "sex", "person_number"}]
    return {
        (left, right): dict(zip(exclusive, weights, strict=True))
        for left, right, weights in connection.execute("from contradictions").fetchall()
    }


def weight_in(package: MatchModelPackage, comparison: str, label: str) -> float:
    [described] = [
        one for one in package.settings["comparisons"] if one["output_column_name"] == comparison
    ]
    [level] = [one for one in described["comparison_levels"] if one["label_for_charts"] == label]
    return weight_of(level)


def test_a_contradiction_weighs_what_the_match_model_says(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    found = contradictions_of(
        connection, package, somebody(0, "1950-05-01", "F"), somebody(1, "1990-02-17", "M")
    )

    assert found[0, 1]["date_of_birth"] == pytest.approx(
        weight_in(package, "date_of_birth", "different dates of birth")
    )
    assert found[0, 1]["sex"] == pytest.approx(weight_in(package, "sex", "other sex"))


@pytest.mark.parametrize("other", ["1950-05-01", "1950-01-05", "1950-05-02"])
def test_what_a_slip_explains_is_no_contradiction(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, other: str
) -> None:
    found = contradictions_of(connection, package, somebody(0, "1950-05-01"), somebody(1, other))

    assert found[0, 1]["date_of_birth"] == 0.0


def test_where_a_side_holds_nothing_there_is_nothing_to_contradict(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    found = contradictions_of(
        connection, package, somebody(0, "1950-05-01", "F"), somebody(1), somebody(2, "", "F")
    )

    assert found[0, 1] == dict.fromkeys(found[0, 1])
    assert (found[0, 2]["date_of_birth"], found[0, 2]["sex"]) == (None, 0.0)

"""What is found when two names or dates of birth are compared, in the words people are shown."""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.match_model.comparisons import COMPARISONS, Comparison
from models.tables import SOURCE_RECORDS
from resolution.engines.duckdb_engine import open_engine
from resolution.link.features import build_features, define_macros
from resolution.standardise.calendars import gregorian_from_ethiopian
from resolution.standardise.standardise import standardise
from tests.small_world import LIMITS, a_record

NAME, DATE_OF_BIRTH = (
    next(comparison for comparison in COMPARISONS if comparison.name == name)
    for name in ("name", "date_of_birth")
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        define_macros(connection)
        yield connection


def in_full(text: str) -> dict[str, Any]:
    return {"names": [{"kind": "primary", "full": text}]}


def in_parts(given: str, family: str) -> dict[str, Any]:
    return {"names": [{"kind": "primary", "given": given, "family": family}]}


def born(text: str, nationality: str = "", **more: str) -> dict[str, Any]:
    given = {"dates_of_birth": [{"text": text, "order": "ymd"} | more]}
    return given | ({"nationalities": [{"text": nationality}]} if nationality else {})


# what two records hold, and what is found
Case = tuple[dict[str, Any], dict[str, Any], str]

NAMES: dict[str, Case] = {
    "spaces are put in and left out": (
        in_parts("Rosalind", "Feather Stone"), in_parts("Rosalind", "Featherstone"),
        "same name, parted into words otherwise",
    ),
    "the space is lost": (
        in_full("RosalindFeatherstone"), in_full("Rosalind Featherstone"),
        "same name, parted into words otherwise",
    ),
    "a space and a letter": (
        in_full("Rosalind Fetherstone"), in_full("RosalindFeatherstone"),
        "names of one word, or parted otherwise, a slip apart",
    ),
    "one word": (
        in_full("Suparman"), in_full("Suparman"),
        "same name of one word",
    ),
    "father and son in a chain of names": (
        in_full("Idris bin Yunus al-Tamimi"), in_full("Yunus bin Idris al-Tamimi"),
        "same names, the first ones changed over",
    ),
    "given and family name changed over": (
        in_parts("Yunus", "Tamimi"), in_parts("Tamimi", "Yunus"),
        "same name, in any order",
    ),
    "one letter": (
        in_parts("Marek", "Dombrovski"), in_parts("Marek", "Dombrowski"),
        "every part the same but for a slip",
    ),
    "a slip in each part, two in a long one": (
        in_parts("Maerk", "Dombrovskaya"), in_parts("Marek", "Dombrowskaja"),
        "every part the same but for a slip",
    ),
    "a slip in a middle name": (
        in_full("Ilse Marta Quandt"), in_full("Ilse Marla Quandt"),
        "every part the same but for a slip",
    ),
    "vowels written after another language": (
        in_parts("Suhail", "Nuuristaany"), in_parts("Soheil", "Noorestani"),
        "every part sounds the same",
    ),
    "names that begin alike are no slip of each other": (
        in_parts("Xanthe", "Marchetti"), in_parts("Xanthe", "Marchesini"),
        "every part nearly the same",
    ),
    "an initial, in one text": (
        in_full("X. Marchetti"), in_full("Xanthe Marchetti"),
        "same family name, given name alike or an initial",
    ),
    "an ending from another alphabet": (
        in_parts("Pyotr", "Obolenskiy"), in_parts("Pyotr", "Obolensky"),
        "same name, spelt or shortened another way",
    ),
    "one letter of three makes another name": (
        in_parts("Tim", "Quandt"), in_parts("Tom", "Quandt"),
        "same family name or father's name, another given name",
    ),
}  # fmt: skip

DATES: dict[str, Case] = {
    "same": (
        born("1980-03-17"), born("1980-03-17"),
        "same date of birth",
    ),
    "the first of a month": (
        born("1980-03-01"), born("1980-03-01"),
        "same date of birth, the first of a month",
    ),
    "1 January": (
        born("1980-01-01"), born("1980-01-01"),
        "same 1 January, perhaps a filler",
    ),
    "day and month changed over": (
        born("1980-03-07"), born("1980-07-03"),
        "day and month changed over",
    ),
    "the wrong century": (
        born("1921-03-17"), born("2021-03-17"),
        "a century apart, the rest the same",
    ),
    "only who dates by another calendar may have meant it": (
        born("1972-05-13"), born("1980-01-22"),
        "within ten years",
    ),
    "an Ethiopian year": (
        born("1972-05-13", "Ethiopia"), born("1980-01-22"),
        "same date in another calendar, or read another way",
    ),
    "an Islamic year that may be Persian": (
        born("1401-06-10"), born("1981-04-15"),
        "same date in another calendar, or read another way",
    ),
    "one digit": (
        born("1980-03-17"), born("1980-03-19"),
        "one digit differs",
    ),
    "the day is not known": (
        born("1980-03"), born("1980-03-17"),
        "same year and month; one side knows no more, or holds the first of the month",
    ),
    "the first of the month stands for the day": (
        born("1980-03-01"), born("1980-03-28"),
        "same year and month; one side knows no more, or holds the first of the month",
    ),
    "the year": (
        born("1980"), born("1980-03-17"),
        "same year, all that one side knows",
    ),
    "1 January stands for the day": (
        born("1980-01-01"), born("1980-03-17"),
        "same year, one side holds 1 January",
    ),
    "another year": (
        born("1980-03-17"), born("1974-03-17"),
        "same day and month, another year",
    ),
    "different": (
        born("1980-03-17"), born("1955-10-22"),
        "different dates of birth",
    ),
}  # fmt: skip


def labels_found(
    connection: duckdb.DuckDBPyConnection, comparison: Comparison, cases: Mapping[str, Case]
) -> list[set[str]]:
    """Compare the two records of each case, either way round; return the labels."""
    records = [
        a_record(f"a:{2 * number + side:03}", **case[side])
        for number, case in enumerate(cases.values())
        for side in (0, 1)
    ]
    made = standardise(pa.Table.from_pylist(records, schema=SOURCE_RECORDS))
    numbers = pa.array(range(made.num_rows), pa.int64())
    connection.register("standardised", made.append_column("record_no", numbers))
    build_features(connection, "standardised")
    held = [row[0] for row in connection.execute("describe features").fetchall()]
    sides = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in held)
    last = len(comparison.levels) - 1
    levels = " ".join(
        f"when {level.sql} then {number}" for number, level in enumerate(comparison.levels[:last])
    )
    found: list[set[str]] = [set() for _ in cases]
    for number, level in connection.execute(f"""
        select unique_id_l // 2, case {levels} else {last} end
        from (select {sides} from features l join features r
            on l.unique_id // 2 = r.unique_id // 2 and l.unique_id <> r.unique_id)
        where not coalesce({comparison.null_sql}, false)""").fetchall():
        found[number].add(comparison.levels[level].label)
    return found


@pytest.fixture(scope="module")
def found(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    names = labels_found(connection, NAME, NAMES)
    dates = labels_found(connection, DATE_OF_BIRTH, DATES)
    return dict(zip((*NAMES, *DATES), (*names, *dates), strict=True))


@pytest.mark.parametrize("case", [*NAMES, *DATES])
def test_two_values_compared_either_way_round(case: str, found: dict[str, set[str]]) -> None:
    assert found[case] == {(NAMES | DATES)[case][2]}


@given(st.integers(1850, 2040), st.integers(1, 12), st.integers(1, 31))
def test_ethiopian_dates_read_in_the_engine_are_those_of_the_standardiser(
    connection: duckdb.DuckDBPyConnection, year: int, month: int, day: int
) -> None:
    (read,) = connection.execute(
        "select from_ethiopian($1::bigint, $2::bigint, $3::bigint)", [year, month, day]
    ).fetchall()[0]
    expected = gregorian_from_ethiopian(year, month, day)

    assert read == (expected and expected.isoformat())


def test_a_date_that_may_be_ethiopian_is_looked_up_by_both_readings(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    records = [a_record("a:1", **born("1972-05-13", "Ethiopia"))]
    made = standardise(pa.Table.from_pylist(records, schema=SOURCE_RECORDS))
    connection.register("standardised", made.append_column("record_no", pa.array([0], pa.int64())))
    build_features(connection, "standardised")

    [(readings, years)] = connection.execute(
        "select readings, birth_years from features").fetchall()  # fmt: skip

    assert {"1972-05-13", "1980-01-22"} <= set(readings)
    assert {"1972", "1980"} <= set(years)

"""What the match model sees of a record, and how common it holds each value to be."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from models.match_model.features import (
    FREQUENCY_COLUMNS,
    NAME_FEATURES,
    RECORD_FEATURES,
    SCAFFOLDING,
)
from models.tables import SOURCE_RECORDS
from resolution.engines.duckdb_engine import open_engine
from resolution.link.features import (
    apply_frequencies,
    build_features,
    count_frequencies,
    define_macros,
)
from resolution.standardise.standardise import standardise
from tests.small_world import LIMITS, a_record


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        define_macros(connection)
        yield connection


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    found = connection.execute(f"from {table} order by unique_id").to_arrow_table()
    return list(found.to_pylist())


def features_of(
    connection: duckdb.DuckDBPyConnection, *rows: dict[str, Any]
) -> list[dict[str, Any]]:
    """Build `features` of these records; return its rows."""
    made = standardise(pa.Table.from_pylist(list(rows), schema=SOURCE_RECORDS))
    numbers = pa.array(range(made.num_rows), pa.int64())
    connection.register("standardised", made.append_column("record_no", numbers))
    build_features(connection, "standardised")
    return rows_of(connection, "features")


def model_input_of(
    connection: duckdb.DuckDBPyConnection, *rows: dict[str, Any]
) -> list[dict[str, Any]]:
    features_of(connection, *rows)
    apply_frequencies(connection, count_frequencies(connection))
    return rows_of(connection, "model_input")


def named(record_id: str, given: str, family: str, born: str = "", **more: Any) -> dict[str, Any]:
    births = [{"text": born, "order": "ymd"}] if born else []
    names = [{"kind": "primary", "given": given, "family": family}]
    return a_record(record_id, names=names, dates_of_birth=births, **more)


def made_up(stem: str, number: int) -> str:
    """Return a name of letters only that no other number gives."""
    return stem + "bcdfghjklm"[number // 10] + "aeiouxyzwq"[number % 10]


def nth_name(number: int) -> tuple[str, str]:
    return made_up("Ora", number), made_up("Quil", number)


def test_a_name_and_its_short_form_have_the_same_roots(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    one, other = features_of(connection, named("a:1", "Robert", "Ng"), named("a:2", "Bob", "Ng"))

    assert one["root_keys"] == other["root_keys"]
    assert one["name_key"] != other["name_key"]


def test_the_order_of_a_name_does_not_change_its_key(connection: duckdb.DuckDBPyConnection) -> None:
    one, other = features_of(connection, named("a:1", "Ana", "Lopez"), named("a:2", "Lopez", "Ana"))

    assert one["name_key"] == other["name_key"]
    assert one["tokens"] == other["tokens"][::-1]


def test_the_primary_name_counts_as_the_name_wherever_it_stands(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    names = [
        {"kind": "alias", "given": "Lola", "family": "Montes"},
        {"kind": "primary", "given": "Eliza", "family": "Gilbert"},
    ]

    (row,) = features_of(connection, a_record("a:1", names=names))

    assert (row["given"], row["family"]) == ("ELIZA", "GILBERT")
    assert len(row["root_keys"]) == 2


def test_day_and_month_changed_over_is_another_reading_of_a_birth(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    (row,) = features_of(connection, named("a:1", "Ana", "Lopez", "1980-02-03"))

    assert row["births"] == ["1980-02-03"]
    assert "1980-03-02" in row["readings"]
    assert not row["birth_default"]


def test_the_first_of_january_is_known_for_a_filler_and_its_day_is_no_key(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    (row,) = features_of(connection, named("a:1", "Ana", "Lopez", "1980-01-01"))

    assert row["birth_default"]
    assert row["birth_days"] == []


def test_numbers_given_for_life_stand_apart_from_documents_that_are_renewed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    documents = [
        {"type": "passport", "number": "XJ482915", "country": "Spain"},
        {"type": "national insurance number", "number": "JC820461B"},
    ]

    (row,) = features_of(connection, named("a:1", "Ana", "Lopez", documents=documents))

    assert row["document_numbers"] == ["XJ482915"]
    assert row["person_numbers"] == ["JC820461B"]


def test_every_declared_column_is_there_and_no_list_is_null(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    full, empty = features_of(
        connection, named("a:1", "Ana", "Lopez", "1980-02-03"), a_record("a:2")
    )

    assert {*RECORD_FEATURES, *NAME_FEATURES} - set(SCAFFOLDING) <= set(full)
    lists = {name for name, value in full.items() if isinstance(value, list)}
    assert all(empty[name] == [] for name in lists)


def test_records_are_seen_alike_whatever_the_order_they_come_in(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [named(f"a:{n}", made_up("Ora", n % 7), made_up("Quil", n % 11), f"19{50 + n}-05-06")
            for n in range(40)]  # fmt: skip

    forwards = model_input_of(connection, *rows)
    backwards = model_input_of(connection, *rows[::-1])

    by_id = {row["record_id"]: row | {"unique_id": 0} for row in forwards}
    assert {row["record_id"]: row | {"unique_id": 0} for row in backwards} == by_id


def test_a_common_name_is_held_to_be_more_common_than_a_rare_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    common = [named(f"a:{n}", "Ana", "Lopez", f"19{50 + n}-05-06") for n in range(20)]
    rare = named("a:90", "Zenobia", "Quill", "1971-05-06")

    *many, one = model_input_of(connection, *common, rare)

    assert {row["tf_name"] for row in many} == {many[0]["tf_name"]}
    assert 0 < one["tf_name"] < many[0]["tf_name"] <= 1
    assert one["tf_family"] < many[0]["tf_family"]


def test_many_records_of_one_person_do_not_make_a_name_common(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    often = [named(f"a:{n}", "Ana", "Lopez", "1980-02-03") for n in range(20)]
    others = [named(f"b:{n}", *nth_name(n), "1980-02-03") for n in range(5)]

    rows = model_input_of(connection, *often, *others)

    assert len({row["tf_family"] for row in rows}) == 1


def test_a_value_never_seen_counts_as_one_persons(connection: duckdb.DuckDBPyConnection) -> None:
    known = [named(f"a:{n}", *nth_name(n), "1980-02-03") for n in range(10)]
    features_of(connection, *known)
    frequencies = count_frequencies(connection)
    connection.execute("drop table features")
    features_of(connection, named("b:1", "Zenobia", "Quill"))

    apply_frequencies(connection, frequencies)

    (row,) = rows_of(connection, "model_input")
    assert row["tf_family"] == pytest.approx(1 / 10)
    assert row["tf_name"] == pytest.approx(1 / 100)


def test_a_record_without_a_value_has_no_frequency_of_it(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    (_, nobody) = model_input_of(connection, named("a:1", "Ana", "Lopez"), a_record("a:2"))

    assert nobody["tf_name"] is None
    assert all(nobody[f"tf_{column}"] is None for column in FREQUENCY_COLUMNS)


def test_a_phone_of_many_people_identifies_nobody(connection: duckdb.DuckDBPyConnection) -> None:
    switchboard, own = "+442079460123", "+442079460999"
    rows = [
        named(f"a:{n:02}", *nth_name(n), f"19{50 + n}-05-06",
              phones=[{"text": switchboard}, *([{"text": own}] if n == 0 else [])])
        for n in range(30)
    ]  # fmt: skip

    seen = model_input_of(connection, *rows)

    assert seen[0]["phone_numbers"] == [own]
    assert all(row["phone_numbers"] == [] for row in seen[1:])

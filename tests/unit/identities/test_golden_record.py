"""The best value of each field, and a record that holds it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.tables import GOLDEN_RECORDS, MEMBERSHIPS, SOURCE_RECORDS
from resolution.engines.duckdb_engine import open_engine
from resolution.identities.golden import GOLDEN_FIELDS, make_golden_records
from resolution.pipeline import Resolution
from resolution.standardise.standardise import standardise
from tests.small_world import LIMITS, World, a_record, read

Golden = dict[str, list[dict[str, Any]]]


def golden_of(tmp_path: Path, *rows: dict[str, Any]) -> Golden:
    """Return the golden values of one person of these records, by field."""
    members = [{"record_id": row["record_id"], "identity_id": "P1"} for row in rows]
    with open_engine(tmp_path, limits=LIMITS) as connection:
        made = standardise(pa.Table.from_pylist(list(rows), schema=SOURCE_RECORDS))
        connection.register("standardised", made)
        connection.register("memberships", pa.Table.from_pylist(members, schema=MEMBERSHIPS))
        make_golden_records(connection, "standardised")
        table = connection.execute("from golden_records").to_arrow_table()
    (row,) = table.select(GOLDEN_RECORDS.names).cast(GOLDEN_RECORDS).to_pylist()
    found: Golden = {}
    for value in row["values"]:
        found.setdefault(value["field"], []).append(value)
    return found


def named(record_id: str, *names: str, **more: Any) -> dict[str, Any]:
    kinds = ["primary", *["alias"] * len(names)]
    items = [{"kind": kind, "full": name, "order": "given_first"}
             for kind, name in zip(kinds, names, strict=False)]  # fmt: skip
    return a_record(record_id, names=items, **more)


def test_the_value_that_most_records_hold_wins(tmp_path: Path) -> None:
    golden = golden_of(
        tmp_path,
        named("a:1", "Ana Lopez", dates_of_birth=[{"text": "1980-02-03", "order": "ymd"}]),
        named("b:1", "Ana Maria Lopez", dates_of_birth=[{"text": "1980-02-04", "order": "ymd"}]),
        named("c:1", "ANA LOPEZ", dates_of_birth=[{"text": "1980-02-04", "order": "ymd"}]),
    )

    (name,), (born,) = golden["name"], golden["date_of_birth"]
    assert (name["value"], name["support"], name["record_id"]) == ("ANA LOPEZ", 2, "a:1")
    assert (born["value"], born["support"], born["record_id"]) == ("1980-02-04", 2, "b:1")


def test_of_values_held_as_often_the_one_that_says_most_wins(tmp_path: Path) -> None:
    golden = golden_of(
        tmp_path,
        named("a:1", "Ana Lopez", dates_of_birth=[{"text": "1980", "order": "ymd"}]),
        named("b:1", "Ana Maria Lopez", dates_of_birth=[{"text": "1980-02-04", "order": "ymd"}]),
    )

    assert [one["value"] for one in golden["name"]] == ["ANA MARIA LOPEZ"]
    assert [one["value"] for one in golden["date_of_birth"]] == ["1980-02-04"]


def test_of_values_alike_in_all_that_the_first_record_wins(tmp_path: Path) -> None:
    golden = golden_of(tmp_path, named("b:1", "Ana Lopez"), named("a:1", "Eva Lopez"))

    assert golden["name"][0]["record_id"] == "a:1"


def test_other_names_are_kept_as_aliases_and_the_golden_name_is_none_of_them(
    tmp_path: Path,
) -> None:
    golden = golden_of(
        tmp_path, named("a:1", "Ana Lopez", "Ana Garcia"), named("b:1", "Ana Lopez", "Anita Lopez")
    )

    assert [one["value"] for one in golden["name"]] == ["ANA LOPEZ"]
    assert {one["value"] for one in golden["alias"]} == {"ANA GARCIA", "ANITA LOPEZ"}


def test_a_record_that_says_a_thing_twice_supports_it_once(tmp_path: Path) -> None:
    phones = [{"text": "+44 20 7946 0123"}, {"text": "+442079460123"}]

    golden = golden_of(tmp_path, named("a:1", "Ana Lopez", phones=phones))

    assert [one["support"] for one in golden["phone"]] == [1]


def test_fields_that_hold_several_values_keep_each(tmp_path: Path) -> None:
    def with_passport(record_id: str, number: str) -> dict[str, Any]:
        country = "Spain" if number[0] == "X" else "France"
        document = {"type": "passport", "number": number, "country": country}
        return named(
            record_id, "Ana Lopez", documents=[document], nationalities=[{"text": country}]
        )

    rows = with_passport("a:1", "XJ482915"), with_passport("b:1", "PK770134")
    golden = golden_of(tmp_path, *rows)

    assert len(golden["document"]) == 2
    assert {one["value"] for one in golden["nationality"]} == {"ESP", "FRA"}


def test_a_value_shows_what_the_source_wrote_and_where(tmp_path: Path) -> None:
    golden = golden_of(tmp_path, named("a:1", "ana  lópez"))

    (name,) = golden["name"]
    assert (name["value"], name["raw"], name["raw_path"]) == ("ANA LOPEZ", "ana  lópez", "names")


@pytest.fixture(scope="module")
def standing(resolved: Resolution) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in read(resolved, "standardised_records")}


def test_every_golden_value_of_a_run_names_a_record_of_the_person_that_holds_it(
    resolved: Resolution, population: World, standing: dict[str, dict[str, Any]]
) -> None:
    members = {row["record_id"]: row["identity_id"] for row in read(resolved, "memberships")}
    raw = {row["record_id"]: row
           for path in population.workspace.source_records.glob("*.parquet")
           for row in pq.read_table(path).to_pylist()}  # fmt: skip

    rows = read(resolved, "golden")

    assert {row["identity_id"] for row in rows} == set(members.values())
    for row in rows:
        for value in row["values"]:
            record = standing[value["record_id"]]
            assert members[value["record_id"]] == row["identity_id"]
            attribute = GOLDEN_FIELDS["name" if value["field"] == "alias" else value["field"]][0]
            held = [(item["raw_path"], item["raw"]) for item in record[attribute]]
            assert (value["raw_path"], value["raw"]) in held
            assert value["raw_path"] in {
                item["raw_path"] for item in raw[value["record_id"]][attribute]
            }


def test_support_never_exceeds_the_records_of_the_person(resolved: Resolution) -> None:
    sizes: dict[str, int] = {}
    for row in read(resolved, "memberships"):
        sizes[row["identity_id"]] = sizes.get(row["identity_id"], 0) + 1

    for row in read(resolved, "golden"):
        assert all(1 <= value["support"] <= sizes[row["identity_id"]] for value in row["values"])

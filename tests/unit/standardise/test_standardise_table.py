"""Laws of the whole table: nothing lost, order kept, alone as in a batch."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS, STANDARDISED_RECORDS
from resolution.standardise import columns
from resolution.standardise.standardise import STANDARDISER_VERSION, standardise


def record(at: int, **attributes: list[dict[str, str | None]]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "record_id": f"casework:{at}", "source": "casework", "source_record_id": str(at),
        "role": "person", "duplicate_free": False, "mapping_version": "1", "file_id": "f",
        "file_name": "people.csv", "line": at, "extra": '{"note": "kept"}',
    }  # fmt: skip
    for name, kind in SOURCE_ATTRIBUTES.items():
        parts = [part.name for part in kind.value_type]
        row[name] = [dict.fromkeys(parts) | item for item in attributes.get(name, [])]
    return row


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SOURCE_RECORDS)


words = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "Smith", "al Masri", "03/02/1980", "UK", "FNU", "Robert (Bob) Smith", "12 High St",
         "x@y.org", "1365-05-12", "British/Irish", "Smith, John", "07/71/1958",
         "\u0645\u062d\u0645\u062f"]
    ),
    st.text(max_size=12),
)  # fmt: skip


def items(kind: pa.ListType) -> st.SearchStrategy[list[dict[str, str | None]]]:
    parts = {part.name: words for part in kind.value_type}
    return st.lists(st.fixed_dictionaries(parts), max_size=2)


attributes = st.fixed_dictionaries({name: items(kind) for name, kind in SOURCE_ATTRIBUTES.items()})
tables = st.lists(attributes, max_size=4).map(
    lambda found: table(*(record(at, **each) for at, each in enumerate(found)))
)


def test_an_empty_table_stays_one() -> None:
    assert standardise(table()).schema.equals(STANDARDISED_RECORDS)
    assert standardise(table()).num_rows == 0


def test_what_a_record_says_comes_out_with_its_raw_text_and_place() -> None:
    source = table(
        record(
            1,
            names=[{"given": "Mohammed", "family": "al-Masri", "kind": "primary", "raw_path": "N"}],
            dates_of_birth=[{"text": "03/02/1980", "order": "dmy", "raw_path": "DOB"}],
            documents=[{"type": "passport", "number": "ab 12-3", "country": "UK"}],
        )
    )

    row = standardise(source).to_pylist()[0]

    assert row["standardiser_version"] == STANDARDISER_VERSION
    assert row["extra"] == '{"note": "kept"}'
    assert row["names"] == [
        {
            "kind": "primary", "full": "MOHAMMED ALMASRI", "given": "MOHAMMED",
            "family": "ALMASRI", "tokens": ["MOHAMMED", "ALMASRI"], "suffix": None,
            "script": "Latn", "raw_path": "N", "raw": "Mohammed al-Masri",
        }
    ]  # fmt: skip
    assert row["dates_of_birth"][0] == {
        "date": "1980-02-03", "year": 1980, "month": 2, "day": 3, "precision": "day",
        "is_default": False, "alternatives": ["1980-03-02"], "raw_path": "DOB",
        "raw": "03/02/1980",
    }  # fmt: skip
    assert row["documents"][0]["number"] == "AB123"
    assert row["documents"][0]["raw"] == "passport, ab 12-3, UK"
    assert row["issues"] == []


def test_issues_name_the_item_they_are_about() -> None:
    source = table(
        record(0),
        record(
            1,
            names=[{"full": "Ann Lee"}, {"full": "Robert (Bob) Smith"}, {"full": "FNU"}],
            dates_of_birth=[{"text": "1980"}, {"text": "soon"}],
        ),
    )

    rows = standardise(source).to_pylist()

    assert rows[0]["issues"] == []
    assert [name["full"] for name in rows[1]["names"]] == [
        "ANN LEE", "ROBERT SMITH", "BOB SMITH", None,
    ]  # fmt: skip
    assert [(issue["field"], issue["code"]) for issue in rows[1]["issues"]] == [
        ("names[1]", "several_names"),
        ("names[3]", "placeholder_name"),
        ("names[3]", "no_name"),
        ("dates_of_birth[1]", "unparsable_date"),
    ]


def test_a_value_that_cannot_be_read_keeps_its_raw_text() -> None:
    row = standardise(table(record(1, dates_of_birth=[{"text": "soon"}]))).to_pylist()[0]

    assert row["dates_of_birth"][0]["date"] is None
    assert row["dates_of_birth"][0]["raw"] == "soon"


def test_items_without_text_are_left_out() -> None:
    source = table(record(1, names=[{"full": " "}, {"full": "Ann"}, {"kind": "alias"}]))

    names = standardise(source).to_pylist()[0]["names"]

    assert [name["full"] for name in names] == ["ANN"]


@settings(max_examples=40, deadline=None)
@given(tables)
def test_rows_keep_their_number_order_and_keys(source: pa.Table) -> None:
    result = standardise(source)

    result.validate(full=True)
    assert result.schema.equals(STANDARDISED_RECORDS)
    assert result["record_id"].to_pylist() == source["record_id"].to_pylist()
    assert result["line"].to_pylist() == source["line"].to_pylist()


@settings(max_examples=40, deadline=None)
@given(tables)
def test_raw_text_is_what_came_in(source: pa.Table) -> None:
    result = standardise(source)

    for name, part in (("sexes", "text"), ("emails", "text")):
        came = [
            [item[part] for item in row if item[part] is not None and item[part].strip()]
            for row in source[name].to_pylist()
        ]
        assert [[item["raw"] for item in row] for row in result[name].to_pylist()] == came


@settings(max_examples=30, deadline=None)
@given(tables)
def test_a_row_alone_equals_the_row_in_a_batch(source: pa.Table) -> None:
    together = standardise(source).to_pylist()

    alone = [standardise(source.slice(at, 1)).to_pylist()[0] for at in range(source.num_rows)]

    assert alone == together


@settings(max_examples=30, deadline=None)
@given(tables)
def test_finding_distinct_values_changes_nothing(source: pa.Table) -> None:
    one_by_one = standardise(source).to_pylist()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_FEW_ITEMS", 0)
        by_distinct = standardise(source).to_pylist()

    assert by_distinct == one_by_one


def test_pieces_of_a_table_equal_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        record(
            at, names=[{"full": f"{name} (Bob) Smith"}], dates_of_birth=[{"text": "x"}] * (at % 2)
        )
        for at, name in enumerate(["Ann", "Joe", "FNU", "Lee", "Kim"] * 5)
    ]
    whole = standardise(table(*rows)).to_pylist()

    monkeypatch.setattr("resolution.standardise.standardise._ROWS_AT_ONCE", 7)

    assert standardise(table(*rows)).to_pylist() == whole


def test_a_chunked_and_sliced_table_is_read_where_it_stands() -> None:
    rows = table(*(record(at, names=[{"full": f"Name{at} Smith"}] * (at % 3)) for at in range(9)))
    chunked = pa.concat_tables([rows.slice(0, 4), rows.slice(4)]).slice(2, 5)

    assert standardise(chunked).to_pylist() == standardise(rows).to_pylist()[2:7]


given_names = st.sampled_from(["Mohammed", "Jean-Paul", "Abd al-Rahman", "Van Tam", "Anna Maria"])
family_names = st.sampled_from(["al Masri", "De La Cruz", "O'Brien", "bin Laden", "van der Berg"])


@given(given_names, family_names)
def test_standardising_the_standardised_name_changes_nothing(one: str, other: str) -> None:
    first = standardise(table(record(1, names=[{"given": one, "family": other}]))).to_pylist()
    name = first[0]["names"][0]

    again = standardise(
        table(record(1, names=[{"given": name["given"], "family": name["family"]}]))
    ).to_pylist()[0]["names"][0]

    assert again["tokens"] == name["tokens"]
    assert (again["given"], again["family"]) == (name["given"], name["family"])

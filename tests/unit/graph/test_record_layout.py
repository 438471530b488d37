import json
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT, RecordLayout, stored_record
from models.tables import SOURCE_RECORDS, STANDARDISED_RECORDS

ITEM = pa.struct([("kind", pa.string()), ("tokens", pa.list_(pa.string())), ("day", pa.int8())])
SCHEMA = pa.schema(
    [("id", pa.string()), ("is_odd", pa.bool_()), ("line", pa.int64()), ("names", pa.list_(ITEM))]
)
LAYOUT = RecordLayout(SCHEMA)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.none()
items = st.fixed_dictionaries(
    {
        "kind": texts,
        "tokens": st.lists(texts.filter(lambda text: text is not None), max_size=3),
        "day": st.none() | st.integers(1, 31),
    }
)
rows = st.fixed_dictionaries(
    {
        "id": texts,
        "is_odd": st.none() | st.booleans(),
        "line": st.none() | st.integers(-(2**63), 2**63 - 1),
        "names": st.lists(items, max_size=3),
    }
)


def packed_by_duckdb(row: dict[str, Any]) -> str:
    table = pa.Table.from_pylist([row], schema=SCHEMA)
    with duckdb.connect() as connection:
        connection.register("given", table)
        found = connection.execute(f"SELECT {LAYOUT.pack_sql('given')} FROM given").fetchone()
    assert found is not None
    return str(found[0])


@given(rows)
def test_a_packed_row_comes_back_whole(row: dict[str, Any]) -> None:
    assert LAYOUT.unpack(LAYOUT.pack(row), LAYOUT.text) == row


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            {"id": 'q"\\\n\x00é🧭', "is_odd": True, "line": 2**62, "names": []}, id="text"
        ),
        pytest.param(
            {
                "id": "a",
                "is_odd": False,
                "line": None,
                "names": [{"kind": None, "tokens": ["A", 'B"'], "day": 3}],
            },
            id="items",
        ),
        pytest.param({"id": None, "is_odd": None, "line": None, "names": None}, id="nothing"),
        pytest.param(
            {"id": "a", "names": [{"kind": "x", "tokens": None, "day": None}]}, id="empty lists"
        ),
    ],
)
def test_rows_are_packed_alike_by_the_million_and_one_by_one(row: dict[str, Any]) -> None:
    assert json.loads(packed_by_duckdb(row)) == json.loads(LAYOUT.pack(row))


def test_a_row_packed_before_a_field_was_added_is_read_with_it_empty() -> None:
    former = RecordLayout(SCHEMA.remove(3).remove(1))
    packed = former.pack({"id": "a", "line": 3})

    assert LAYOUT.unpack(packed, former.text) == {
        "id": "a", "is_odd": None, "line": 3, "names": [],
    }  # fmt: skip


def test_a_row_packed_in_another_order_is_read_by_name() -> None:
    former = RecordLayout(pa.schema(reversed(list(SCHEMA))))
    row = {"id": "a", "is_odd": True, "line": 1, "names": []}

    assert LAYOUT.unpack(former.pack(row), former.text) == row


def test_an_item_packed_before_it_had_a_part_is_read_with_that_part_empty() -> None:
    short = pa.struct([("kind", pa.string())])
    former = RecordLayout([pa.field("names", pa.list_(short))])
    packed = former.pack({"names": [{"kind": "alias"}]})

    names = LAYOUT.unpack(packed, former.text)["names"]

    assert names == [{"kind": "alias", "tokens": [], "day": None}]


def test_a_stored_record_has_every_field_though_what_both_share_is_kept_once() -> None:
    source = SOURCE_LAYOUT.pack({"record_id": "a:1", "source": "a", "line": 7})
    own = STANDARDISED_LAYOUT.pack({"standardiser_version": "3"})

    record = stored_record(
        "a:1", "person", source, own, SOURCE_LAYOUT.text, STANDARDISED_LAYOUT.text
    )

    assert list(record.source_record) == SOURCE_RECORDS.names
    assert list(record.standardised) == STANDARDISED_RECORDS.names
    assert (record.standardised["line"], record.standardised["standardiser_version"]) == (7, "3")

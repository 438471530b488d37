"""One record alone is standardised as it is in a table."""

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS
from resolution.standardise.single import standardise_record
from resolution.standardise.standardise import standardise
from tests.small_world import a_record

_TEXT = st.sampled_from(
    ["", " ", "Ana", "María José", "de la Cruz Lopez", "AL-SAADI, Tarek", "محمد علي", "primary",
     "alias", "1980-02-03", "03/02/1980", "Feb 1980", "1399/05/01", "31", "2", "1980", "dmy",
     "persian", "F", "male", "?", "British/French", "Somalia", "passport", "AB 123 456-7",
     "12 High Street, Leeds LS1 1AA", "LS1 1AA", "07700 900123", "+44 7700 900124", "GB",
     "ana@example.org", "no address", "HO/123", "unknown", "N/A", "\u00a0", "\u3000x", "Ł"]
) | st.text(max_size=6)  # fmt: skip


def _items(kind: pa.ListType) -> st.SearchStrategy[list[dict[str, Any]]]:
    parts = {part.name: st.none() | _TEXT for part in kind.value_type}
    return st.lists(st.fixed_dictionaries(parts), max_size=3)


_ATTRIBUTES = st.fixed_dictionaries(
    {}, optional={name: _items(kind) for name, kind in SOURCE_ATTRIBUTES.items()}
)


@settings(max_examples=150)
@given(attributes=_ATTRIBUTES)
def test_a_record_alone_is_standardised_as_in_a_table(attributes: dict[str, Any]) -> None:
    record = a_record("made:1") | attributes
    table = pa.Table.from_pylist([record], schema=SOURCE_RECORDS)

    [expected] = standardise(table).to_pylist()

    assert standardise_record(table.to_pylist()[0]) == expected


def test_what_is_not_given_is_empty() -> None:
    [expected] = standardise(
        pa.Table.from_pylist([a_record("made:1")], schema=SOURCE_RECORDS)
    ).to_pylist()

    given_only = {
        name: value for name, value in a_record("made:1").items() if name not in SOURCE_ATTRIBUTES
    }

    assert standardise_record(given_only) == expected

"""Packs a row of a record table into a short JSON list, and reads it back by the names of then.

Names of fields would be more than half of every stored record. They are kept once, as a layout,
so that rows packed before a field was added or moved can still be read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from models.record import Role, StoredRecord
from models.tables import SOURCE_RECORDS, STANDARDISED_ATTRIBUTES, STANDARDISED_RECORDS

_Fields = Sequence[Sequence[Any]]


class RecordLayout:
    """The fields of one schema, in order.

    Attributes:
        text: the layout as JSON: of every field [name], or [name, []] for a list of values, or
            [name, fields of an item] for a list of items.
    """

    def __init__(self, fields: Iterable[pa.Field]) -> None:
        self._schema = pa.schema(fields)
        self._fields: _Fields = _layout(self._schema)
        self.text = json.dumps(self._fields, separators=(",", ":"))

    def pack(self, row: Mapping[str, Any]) -> str:
        """Pack one row; what it leaves out is empty."""
        return json.dumps(_packed(row, self._fields), separators=(",", ":"), ensure_ascii=False)

    def pack_sql(self, row: str) -> str:
        """Return DuckDB SQL that packs a row of the table `row`, as `pack` does."""
        values = [_packed_sql(f'{row}."{field.name}"', field.type) for field in self._schema]
        return f"CAST(json_array({', '.join(values)}) AS VARCHAR)"

    def unpack(self, packed: str, layout: str) -> dict[str, Any]:
        """Return a packed row by name, with every field of this schema.

        Args:
            packed: the row.
            layout: text of the layout it was packed by; fields that did not exist then are empty.
        """
        values = json.loads(packed)
        if layout == self.text:
            return _unpacked(values, self._fields)
        # Packing by today's fields leaves empty what did not exist then.
        return _unpacked(_packed(_unpacked(values, _parsed(layout)), self._fields), self._fields)


def _layout(fields: Iterable[pa.Field]) -> list[list[Any]]:
    return [_field_layout(field) for field in fields]


def _field_layout(field: pa.Field) -> list[Any]:
    if not pa.types.is_list(field.type):
        return [field.name]
    item = field.type.value_type
    return [field.name, _layout(item) if pa.types.is_struct(item) else []]


def _packed(row: Mapping[str, Any], fields: _Fields) -> list[Any]:
    values: list[Any] = []
    for name, *inner in fields:
        value = row.get(name)
        if not inner:
            values.append(value)
        elif inner[0]:
            values.append([_packed(item, inner[0]) for item in value or ()])
        else:
            values.append(list(value or ()))
    return values


def _packed_sql(value: str, kind: pa.DataType) -> str:
    if not pa.types.is_list(kind):
        return value
    if not pa.types.is_struct(kind.value_type):
        return f"coalesce({value}, [])"
    parts = ", ".join(_packed_sql(f'item."{part.name}"', part.type) for part in kind.value_type)
    return f"coalesce(list_transform({value}, lambda item: json_array({parts})), [])"


def _unpacked(values: Sequence[Any], fields: _Fields) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for (name, *inner), value in zip(fields, values, strict=True):
        row[name] = [_unpacked(item, inner[0]) for item in value] if inner and inner[0] else value
    return row


@cache
def _parsed(layout: str) -> _Fields:
    parsed: _Fields = json.loads(layout)
    return parsed


SOURCE_LAYOUT = RecordLayout(SOURCE_RECORDS)
# What a standardised record shares with its source record is kept with that one only.
STANDARDISED_LAYOUT = RecordLayout(
    field
    for field in STANDARDISED_RECORDS
    if field.name in STANDARDISED_ATTRIBUTES or field.name not in SOURCE_RECORDS.names
)


def standardised_row(record_id: str, role: str, standardised: str, layout: str) -> dict[str, Any]:
    """Return ids, role and standardised attributes of a record, from its packed body."""
    source, _, source_record_id = record_id.partition(":")
    row = STANDARDISED_LAYOUT.unpack(standardised, layout)
    return row | {
        "record_id": record_id,
        "source": source,
        "source_record_id": source_record_id,
        "role": role,
    }


def stored_record(
    record_id: str,
    role: str,
    source_record: str,
    standardised: str,
    source_layout: str,
    standardised_layout: str,
) -> StoredRecord:
    """Build a record from its packed bodies and the layouts they were packed by."""
    source = SOURCE_LAYOUT.unpack(source_record, source_layout)
    own = STANDARDISED_LAYOUT.unpack(standardised, standardised_layout)
    whole = source | own
    return StoredRecord(
        record_id=record_id,
        role=Role(role),
        source_record=source,
        standardised={name: whole[name] for name in STANDARDISED_RECORDS.names},
    )

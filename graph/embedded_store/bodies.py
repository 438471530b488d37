"""Reads a record body back into every field of its schema."""

import json
from functools import cache
from typing import Any

import pyarrow as pa


def unpack_body(text: str, schema: pa.Schema) -> dict[str, Any]:
    """Turn the JSON of one row into every field of its schema, in the order of the schema.

    What the text leaves out is what a table holds there: an empty list, or None.
    """
    return _filled(json.loads(text), pa.struct(list(schema)))


def _filled(item: dict[str, Any], kind: pa.StructType) -> dict[str, Any]:
    """Add the fields an item leaves out, in it and in the items within."""
    whole: dict[str, Any] = {}
    for name, item_kind in _fields(kind):
        value = item.get(name)
        if item_kind is None:
            whole[name] = value
        elif isinstance(item_kind, pa.StructType):
            whole[name] = [_filled(element, item_kind) for element in value or ()]
        else:
            whole[name] = value or []
    return whole


@cache
def _fields(kind: pa.StructType) -> tuple[tuple[str, pa.DataType | None], ...]:
    """Return name and kind of item of every field; None for one that is no list."""
    return tuple(
        (field.name, field.type.value_type if pa.types.is_list(field.type) else None)
        for field in kind
    )

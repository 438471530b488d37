"""Packs the golden values of an identity into a JSON list of lists, and reads them back."""

import json
from typing import Any

from models.identity import GoldenValue

# DuckDB: from the column `values` of GOLDEN_RECORDS to text.
PACK_SQL = (
    "CAST(to_json(list_transform(values, lambda v:"
    " [v.field, v.value, v.record_id, v.raw_path, v.raw, CAST(v.support AS VARCHAR)]"
    ")) AS VARCHAR)"
)


def golden_values(packed: str) -> tuple[GoldenValue, ...]:
    """Return what was packed by PACK_SQL."""
    values: list[list[Any]] = json.loads(packed)
    return tuple(
        GoldenValue(field, value, record_id, raw_path, raw, int(support))
        for field, value, record_id, raw_path, raw, support in values
    )

"""Packs what is known of an identity, golden values and quality, into JSON, and reads it back."""

import json
from collections.abc import Iterable
from typing import Any

from models.identity import GoldenValue
from models.quality import IdentityQuality

# DuckDB: from the column `values` of GOLDEN_RECORDS to text.
PACK_SQL = (
    "CAST(to_json(list_transform(values, lambda v:"
    " [v.field, v.value, v.record_id, v.raw_path, v.raw, CAST(v.support AS VARCHAR)]"
    ")) AS VARCHAR)"
)

# DuckDB: from the columns of IDENTITY_QUALITY to text.
PACK_QUALITY_SQL = (
    "CAST(json_array(n_records, n_links, density, diameter, n_bridges, n_articulation_points,"
    " n_dates_of_birth, n_sexes, concern) AS VARCHAR)"
)


def pack_golden(values: Iterable[GoldenValue]) -> str:
    """Pack golden values as PACK_SQL does."""
    packed = [
        [one.field, one.value, one.record_id, one.raw_path, one.raw, str(one.support)]
        for one in values
    ]
    return json.dumps(packed, separators=(",", ":"), ensure_ascii=False)


def golden_values(packed: str) -> tuple[GoldenValue, ...]:
    """Return what was packed by PACK_SQL."""
    values: list[list[Any]] = json.loads(packed)
    return tuple(
        GoldenValue(field, value, record_id, raw_path, raw, int(support))
        for field, value, record_id, raw_path, raw, support in values
    )


def identity_quality(identity_id: str, packed: str) -> IdentityQuality:
    """Return what was packed by PACK_QUALITY_SQL."""
    values: list[Any] = json.loads(packed)
    return IdentityQuality(identity_id, *values)

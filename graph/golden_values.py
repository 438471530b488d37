"""Packs what is known of an identity, golden values and quality, into JSON, and reads it back."""

import json
from collections.abc import Iterable
from typing import Any

from models.identity import GoldenValue
from models.quality import IdentityQuality, IdentityWarning, WarningKind

# DuckDB: from the column `values` of GOLDEN_RECORDS to text.
PACK_SQL = (
    "CAST(to_json(list_transform(values, lambda v:"
    " [v.field, v.value, v.record_id, v.raw_path, v.raw, CAST(v.support AS VARCHAR)]"
    ")) AS VARCHAR)"
)

# DuckDB: from the columns of IDENTITY_QUALITY to text.
PACK_QUALITY_SQL = (
    "CAST(json_array(n_records, n_links, density, diameter, n_bridges, n_articulation_points,"
    " n_dates_of_birth, n_sexes, concern, chance, impact, CAST(warnings AS JSON)) AS VARCHAR)"
)

# Before the warnings.
_N_FIGURES = 11


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


def pack_quality(quality: IdentityQuality) -> str:
    """Pack the quality of an identity as PACK_QUALITY_SQL does."""
    figures = [
        quality.n_records, quality.n_links, quality.density, quality.diameter, quality.n_bridges,
        quality.n_articulation_points, quality.n_dates_of_birth, quality.n_sexes, quality.concern,
        quality.chance, quality.impact,
    ]  # fmt: skip
    return f"{json.dumps(figures, separators=(',', ':'))[:-1]},{pack_warnings(quality.warnings)}]"


def identity_quality(identity_id: str, packed: str) -> IdentityQuality:
    """Return what was packed by PACK_QUALITY_SQL, or before there were warnings."""
    values: list[Any] = json.loads(packed)
    figures, warnings = values[:_N_FIGURES], values[_N_FIGURES:]
    return IdentityQuality(identity_id, *figures, *map(_unpacked, warnings))


def _unpacked(warnings: list[list[Any]]) -> tuple[IdentityWarning, ...]:
    return tuple(
        IdentityWarning(WarningKind(kind), weight, tuple(one_side), tuple(other_side), facts)
        for kind, weight, one_side, other_side, facts in warnings
    )


def pack_warnings(warnings: Iterable[IdentityWarning]) -> str:
    """Return warnings as JSON, each a list that begins with its kind: `packed_mark` finds it."""
    packed = [
        [one.kind, one.weight, one.one_side, one.other_side, dict(one.facts)] for one in warnings
    ]
    return json.dumps(packed, separators=(",", ":"))


def packed_mark(kind: WarningKind) -> str:
    """Return what stands in packed quality just where there is a warning of this kind.

    No value can hold it: a quotation mark inside a value is packed with a backslash before it.
    """
    return f'["{kind}",'

"""Standardises one record at a time, by the same readings as a table and without Arrow.

A table is worked column by column over distinct values, which for one record costs more than all
its readings. What a value becomes is declared once, in `standardise`; both walks are held to each
other by tests.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS, STANDARDISED_RECORDS
from resolution.standardise.columns import Attribute, Reading
from resolution.standardise.standardise import ATTRIBUTES, STANDARDISER_VERSION

_Item = Mapping[str, str | None]
_KEPT = tuple(name for name in SOURCE_RECORDS.names if name not in SOURCE_ATTRIBUTES)


def standardise_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Standardise one row of SOURCE_RECORDS to one of STANDARDISED_RECORDS.

    What it leaves out is null, or an empty list.
    """
    row: dict[str, Any] = {name: record.get(name) for name in _KEPT}
    row["standardiser_version"] = STANDARDISER_VERSION
    issues: list[dict[str, Any]] = []
    for attribute in ATTRIBUTES:
        items, found = _standardise_items(attribute, record.get(attribute.name) or ())
        row[attribute.name] = items
        issues += found
    row["issues"] = issues
    return {name: row[name] for name in STANDARDISED_RECORDS.names}


def _standardise_items(
    attribute: Attribute, items: Sequence[_Item]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the standardised items of one attribute, and their issues, reading by reading."""
    known = [(item, raw) for item in items if (raw := _raw_text(attribute, item)).strip()]
    made: list[dict[str, Any]] = []
    results: list[tuple[Reading, list[tuple[Any, ...]]]] = []
    for reading in attribute.readings:
        read = [reading.function(*(item.get(part) for part in reading.reads)) for item, _ in known]
        if reading.expands:
            known = [one for one, several in zip(known, read, strict=True) for _ in several]
            read = [result for several in read for result in several]
        results.append((reading, read))
    for place, (item, raw) in enumerate(known):
        written: dict[str, Any] = {name: item.get(name) for name in attribute.carried}
        for reading, read in results:
            written |= dict(zip(reading.writes, read[place][:-1], strict=True))
        made.append(_in_order(attribute, written | {"raw": raw}))
    issues = [
        {"field": f"{attribute.name}[{place}]", "code": issue.code, "detail": issue.detail}
        for _, read in results
        for place, result in enumerate(read)
        for issue in result[-1]
    ]
    return made, issues


def _in_order(attribute: Attribute, written: dict[str, Any]) -> dict[str, Any]:
    """Return an item with its parts in the order of the schema, lists as lists."""
    kind = STANDARDISED_RECORDS.field(attribute.name).type.value_type
    return {
        part.name: list(value) if isinstance(value := written[part.name], tuple) else value
        for part in kind
    }


def _raw_text(attribute: Attribute, item: _Item) -> str:
    """Join the raw parts of an item, those that are null left out."""
    if attribute.raw_first is not None:
        whole = item.get(attribute.raw_first)
        if whole is not None and whole.strip():
            return whole
    parts = [item.get(name) for name in attribute.raw]
    return attribute.raw_separator.join(part for part in parts if part is not None)

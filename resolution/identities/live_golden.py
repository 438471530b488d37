"""Makes the golden record of one identity: the rules of `golden`, without an engine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from models.identity import GoldenValue
from resolution.identities.golden import ALIASES_KEPT, GOLDEN_FIELDS

_Item = Mapping[str, Any]


def _joined(separator: str, *parts: str | None) -> str | None:
    """Join what is there; None when nothing is left."""
    return separator.join(part for part in parts if part is not None) or None


def _name(item: _Item) -> str | None:
    if item["full"] is not None:
        return item["full"] or None
    return _joined(" ", *(item["tokens"] or ()))


def _address(item: _Item) -> str | None:
    if item["text"] is not None:
        return item["text"] or None
    return _joined(" ", *(item[part] for part in ("number", "street", "city", "postcode")))


_VALUES: dict[str, Callable[[_Item], str | None]] = {
    "name": _name,
    "date_of_birth": lambda item: item["date"],
    "sex": lambda item: item["code"],
    "nationality": lambda item: item["code"],
    "birth_place": lambda item: _joined(", ", item["place"], item["country"]),
    "document": lambda item: _joined(" ", item["type"], item["country"], item["number"]),
    "address": _address,
    "phone": lambda item: item["number"],
    "email": lambda item: item["address"],
}


def golden_record(standardised: Iterable[Mapping[str, Any]]) -> tuple[GoldenValue, ...]:
    """Return the best values of an identity's records, by name of the field, the best first.

    Args:
        standardised: rows of STANDARDISED_RECORDS, of every record of the identity.
    """
    rows = sorted(standardised, key=lambda row: str(row["record_id"]))
    kept: list[tuple[str, list[GoldenValue]]] = []
    for field, (attribute, _, most) in GOLDEN_FIELDS.items():
        values = _ranked(field, rows, attribute)
        kept.append((field, values[:most]))
        if field == "name":
            # the golden name is no alias of itself
            aliases = [_renamed(value) for value in values[1:ALIASES_KEPT]]
            kept.append(("alias", aliases))
    return tuple(value for _, values in sorted(kept, key=lambda one: one[0]) for value in values)


def _ranked(field: str, rows: Sequence[Mapping[str, Any]], attribute: str) -> list[GoldenValue]:
    """Return the values of one field: most agreed on, then longest, then of the first record."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for place, row in enumerate(rows):
        of_record: dict[str, tuple[str, str]] = {}
        for item in row[attribute] or ():
            value = _VALUES[field](item)
            if value is not None:
                said = (item["raw_path"], item["raw"])
                of_record[value] = min(said, of_record.get(value, said))
        for value, (raw_path, raw) in of_record.items():
            found.setdefault(value, []).append((place, raw_path, raw))
    ranked = sorted(
        found, key=lambda value: (-len(found[value]), -len(value), found[value][0][0], value)
    )
    values = []
    for value in ranked:
        place, raw_path, raw = found[value][0]
        record_id = str(rows[place]["record_id"])
        values.append(GoldenValue(field, value, record_id, raw_path, raw, len(found[value])))
    return values


def _renamed(value: GoldenValue) -> GoldenValue:
    return GoldenValue(
        "alias", value.value, value.record_id, value.raw_path, value.raw, value.support
    )

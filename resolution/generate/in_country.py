"""Writes the new in-country system: nested JSON lines, lists of names and documents."""

import json
from random import Random
from typing import Any

from resolution.generate.calendars import iso
from resolution.generate.observation import Sighting
from resolution.generate.person import Person
from resolution.generate.plan import Planned
from resolution.generate.wording import alias_of, full_native, has_native_form, known, one_blank

_MARKINGS = ("OFFICIAL",) * 9 + ("OFFICIAL-SENSITIVE",)
_STATUSES = ("open", "open", "granted", "refused", "lapsed")

# Longer than a reader takes by default (16 MiB): kept by its beginning, length and hash.
_TOO_LONG = 17 * 2**20
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def bad_lines() -> tuple[bytes, ...]:
    """Return lines that cannot become records: cut off, without a key, and far too long."""
    start = b'{"id":"ICS-9999990001","person":{"names":['
    return (
        start + b'{"kind":"primary","given":"Alex","fam\n',
        b'{"recorded_at":"2022-01-01T00:00:00Z","person":{"names":[{"full":"No Key"}]}}\n',
        b"ICS-9999990002|not JSON at all\n",
        b'{"id":"ICS-9999990003","notes":"' + b"x" * _TOO_LONG + b'"}\n',
    )


class InCountryWriter:
    """Turns sightings into JSON lines, a block at a time."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, planned: Planned, seen: Sighting, rng: Random) -> None:
        """Write one record."""
        person = seen.person
        home = person.home_on(seen.day)
        chance = rng.random
        self._lines.append(
            _encode(
                {
                    "id": planned.source_record_id,
                    "recorded_at": f"{iso(seen.day)}T{int(chance() * 24):02d}:00:00Z",
                    "protective_marking": _MARKINGS[int(chance() * 10)],
                    "status": _STATUSES[int(chance() * 5)],
                    "person": {
                        "names": _names(seen, rng),
                        "birth": _birth(seen, rng),
                        "sex": ("male", "female")[seen.sex],
                        "nationalities": [seen.nationality],
                    },
                    "documents": _documents(seen, rng),
                    "addresses": [
                        {
                            "number": home.number,
                            "street": home.street,
                            "city": home.city,
                            "postcode": home.postcode,
                            "country": "GBR",
                            "from": iso(min(person.moved_on, seen.day)),
                        }
                    ],
                    "contacts": {
                        "phones": [_international(seen.phone, rng)] if seen.phone else [],
                        "emails": [seen.email] if seen.email else [],
                    },
                    "relations": _relations(person),
                    "events": [{"type": "registered", "date": iso(seen.day)}],
                }
            )
        )

    def flush(self) -> bytes:
        """Return the block's lines."""
        text = "\n".join(self._lines)
        self._lines.clear()
        return (text + "\n").encode() if text else b""


def _names(seen: Sighting, rng: Random) -> list[dict[str, Any]]:
    person = seen.person
    primary: dict[str, Any] = {"kind": "primary"}
    given, family = known(seen.given, "FNU"), known(seen.family, "")
    primary["given"] = one_blank(given)
    if seen.middle:
        primary["middle"] = one_blank(seen.middle)
    if family:
        primary["family"] = one_blank(family)
    names = [primary]
    if rng.random() < 0.35 and has_native_form(person):
        names.append(
            {"kind": "native", "script": person.culture.script, "full": full_native(person)}
        )
    alias = alias_of(person, rng) if rng.random() < 0.12 else ""
    if alias:
        names.append({"kind": "alias", "full": alias})
    if person.former_family and seen.day >= person.married_on and rng.random() < 0.3:
        names.append(
            {"kind": "former", "given": one_blank(person.name.given),
             "family": one_blank(person.former_family)}
        )  # fmt: skip
    return names


def _birth(seen: Sighting, rng: Random) -> dict[str, Any]:
    birth: dict[str, Any] = {"place": seen.person.birth_place}
    if rng.random() < 0.7:
        birth["country"] = seen.person.nationality
    if seen.birth is None:
        return birth
    year, month, day = seen.birth
    birth["date"] = {"year": year, "month": month, "day": day}
    if seen.calendar != "gregorian":
        # Half of the clerks say which calendar the person used; the others leave it out.
        if rng.random() < 0.5:
            birth["date"]["calendar"] = seen.calendar
    elif (month, day) == (1, 1) and rng.random() < 0.5:
        birth["date"] = {"year": year, "precision": "year"}
        seen.kinds.append("partial_dob")
    return birth


def _documents(seen: Sighting, rng: Random) -> list[dict[str, str]]:
    if seen.document is None:
        return []
    held = [seen.document]
    if "merged_family" not in seen.kinds and "doc_typo" not in seen.kinds:
        held += [
            document
            for document in seen.person.documents
            if document is not seen.document
            and document.valid_from <= seen.day
            and rng.random() < 0.35
        ]
    return [
        {
            "type": document.type,
            "number": document.number,
            "issuer": document.country,
            "valid_from": iso(document.valid_from),
            "valid_to": iso(document.valid_to),
        }
        for document in held
    ]


def _international(phone: str, rng: Random) -> str:
    return f"+44 {phone[1:5]} {phone[5:]}" if rng.random() < 0.6 else phone


def _relations(person: Person) -> list[dict[str, str]]:
    """Point at the records of family members in the same system, where there are any."""
    family = [("spouse", person.spouse)] if person.spouse else []
    family += [("parent", parent) for parent in person.parents]
    return [
        {"kind": kind, "record": "in_country:" + other.record_ids["in_country"][0]}
        for kind, other in family
        if other is not None and "in_country" in other.record_ids
    ]

"""Rows of STANDARDISED_RECORDS with little in them, and random ones that often contradict."""

import random
from typing import Any

GIVEN = ("ANNA", "ANA", "MARIA", "A", "KWAME", "QUAME", None)
FAMILY = ("OKAFOR", "OKAFFOR", "SVENSSON", None)
DATES = (
    "1980-02-03", "1980-03-02", "1981-02-03", "1880-02-03", "1999-09-09", "1987-10-13", "1980",
    "1980-01-01", "1955-01-01", "1955-06",
)  # fmt: skip


def born(text: str, *alternatives: str) -> dict[str, Any]:
    parts = [int(part) for part in text.split("-")]
    return {
        "date": text,
        "year": parts[0],
        "month": parts[1] if len(parts) > 1 else None,
        "day": parts[2] if len(parts) > 2 else None,
        "precision": ("year", "month", "day")[len(parts) - 1],
        "is_default": text.endswith("-01-01"),
        "alternatives": list(alternatives),
    }


def named(given: str | None, family: str | None) -> dict[str, Any]:
    tokens = [part for part in (given, family) if part]
    return {"given": given, "family": family, "full": " ".join(tokens), "tokens": tokens}


def document(
    number: str, *, kind: str = "PASSPORT", country: str | None = "GBR",
    valid_from: str | None = None, valid_to: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {"type": kind, "number": number, "country": country, "valid_from": valid_from,
            "valid_to": valid_to}  # fmt: skip


def member(
    record_id: str,
    *,
    name: tuple[str | None, str | None] | None = None,
    dates: tuple[str, ...] = (),
    sex: str | None = None,
    nationality: str | None = None,
    birth_country: str | None = None,
    documents: tuple[dict[str, Any], ...] = (),
    seen: str | None = None,
) -> dict[str, Any]:
    """Return one record; what is not given is unknown."""
    source, _, own_id = record_id.partition(":")
    return {
        "record_id": record_id, "source": source, "source_record_id": own_id, "role": "person",
        "duplicate_free": False, "mapping_version": "m", "file_id": "f", "file_name": "n",
        "line": 1, "standardiser_version": "1", "effective_time": seen,
        "names": [named(*name)] if name and any(name) else [],
        "dates_of_birth": [born(one) for one in dates],
        "sexes": [{"code": sex}] if sex else [],
        "nationalities": [{"code": nationality}] if nationality else [],
        "birth_places": [{"country": birth_country}] if birth_country else [],
        "documents": list(documents), "addresses": [], "phones": [], "emails": [],
        "references": [], "relations": [], "events": [],
    }  # fmt: skip


def random_member(record_id: str, chance: random.Random) -> dict[str, Any]:
    """Return a record of few values, so that several records agree and contradict."""
    papers = [
        document(
            chance.choice(("111222", "111223", "987654", "555000")),
            kind=chance.choice(("PASSPORT", "TAX")),
            country=chance.choice(("GBR", "GHA", None)),
            valid_from=chance.choice((None, "2010-01-01", "2015-06-01", "nonsense")),
            valid_to=chance.choice((None, "2014-01-01", "2020-01-01")),
        )
        for _ in range(chance.randrange(3))
    ]
    return member(
        record_id,
        name=(chance.choice(GIVEN), chance.choice(FAMILY)),
        dates=tuple(chance.sample(DATES, chance.choice((0, 1, 1, 1, 2)))),
        sex=chance.choice(("M", "F", "X", None)),
        nationality=chance.choice(("GBR", "ETH", None)),
        birth_country=chance.choice(("GBR", "GHA", None)),
        documents=tuple(papers),
        seen=chance.choice((None, "2012-05-05 09:00:00", "2016-01-01T00:00:00Z", "5/5/2012")),
    )

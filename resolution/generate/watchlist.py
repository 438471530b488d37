"""Writes the watchlist: aliases, partial dates, doubtful entries; some name people we know."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from resolution.generate.calendars import TODAY, iso, ymd
from resolution.generate.culture import culture_table, draw
from resolution.generate.mistakes import mistype, mistype_number, other_spelling
from resolution.generate.naming import PersonName, name_of
from resolution.generate.person import Block, Person
from resolution.generate.wording import alias_of, full_native, has_native_form, one_blank

COLUMNS = (
    "ENTRY_ID", "LIST", "NAME", "NATIVE_NAME", "ALIASES", "DOB", "PLACE_OF_BIRTH", "NATIONALITY",
    "PASSPORTS", "SEX", "RELIABILITY", "LISTED_ON", "MARKING", "REMARKS",
)  # fmt: skip
# An entry without a key; and, at the end of the file, a quotation mark nobody closed.
BAD_ROW = b",sanctions,NO KEY,,,,,,,,doubtful,2019-05-01,OFFICIAL-SENSITIVE,\n"
BROKEN_END = b'WL-999999999,alerts,"UNCLOSED, Quote,,,1970,,,,,doubtful,2020-01-01,OFFICIAL,\n'

# Shares of people: entries about them, and entries about others. Assumed.
_TRUE_SHARE, _OTHER_SHARE = 0.004, 0.006
# Of entries about others, those with the name of someone in the sources, born years apart.
_NAMESAKE_SHARE = 0.35
_LISTS = ("sanctions", "alerts", "alerts", "exclusions")
_REMARKS = (
    "",
    "",
    "May use other names.",
    "Identity not verified.",
    "Travels on several passports.",
)
_ENTRIES_PER_BLOCK = 1_000


@dataclass(slots=True)
class _Entry:
    name: str
    native: str
    aliases: str
    birth: int
    sex: int
    place: str
    nationality: str
    passports: str


class WatchlistWriter:
    """Writes the entries of a block, and which of them are true."""

    @staticmethod
    def header() -> bytes:
        """Return the first row."""
        return ",".join(COLUMNS).encode() + b"\n"

    def entries(self, block: Block, number: int, rng: Random) -> tuple[bytes, dict[str, str]]:
        """Return the rows of a block's entries, and the person each true entry is about."""
        truth: dict[str, str] = {}
        rows = []
        for at, (person, entry) in enumerate(_choose(block, rng)):
            entry_id = f"WL-{number * _ENTRIES_PER_BLOCK + at + 1:07d}"
            if person is not None:
                truth[entry_id] = person.person_id
            rows.append(_row(entry_id, entry, rng))
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode(), truth


def _choose(block: Block, rng: Random) -> Iterator[tuple[Person | None, _Entry]]:
    for person in block.people:
        roll = rng.random()
        if roll < _TRUE_SHARE:
            if person.record_ids:
                yield person, _about(person, rng)
        elif roll < _TRUE_SHARE + _OTHER_SHARE:
            yield None, _namesake(person, rng) if rng.random() < _NAMESAKE_SHARE else _stranger(rng)


def _listed(name: PersonName) -> str:
    """Write a name as lists do: the family name in capitals, a comma, the rest."""
    rest = one_blank(f"{name.given} {name.middle}")
    return f"{one_blank(name.family).upper()}, {rest}" if name.family else rest


def _about(person: Person, rng: Random) -> _Entry:
    culture, name = person.culture, person.name
    given = other_spelling(name.given, culture, rng)
    family = other_spelling(name.family, culture, rng) if name.family else ""
    if rng.random() < 0.15 and len(family) > 3:
        family = mistype(family, rng)
    middle = name.middle if rng.random() < 0.5 else ""
    aliases = [alias_of(person, rng) for _ in range(int(rng.random() * 4))]
    if rng.random() < 0.3:
        aliases.append(f"{given} {middle or family}")
    passports = [held.number for held in person.documents if held.type == "passport"]
    chosen = [number for number in passports if rng.random() < 0.4]
    return _Entry(
        _listed(PersonName(given, middle, family)),
        full_native(person) if has_native_form(person) and rng.random() < 0.3 else "",
        "; ".join(dict.fromkeys(one_blank(alias) for alias in aliases if alias)),
        person.birth,
        person.sex,
        person.birth_place if rng.random() < 0.5 else "",
        person.nationality,
        "; ".join(
            mistype_number(number, rng) if rng.random() < 0.1 else number for number in chosen
        ),
    )


def _namesake(person: Person, rng: Random) -> _Entry:
    """Write an entry about someone of the same name, born eight years apart or more."""
    years = (8 + int(rng.random() * 20)) * (1 if rng.random() < 0.5 else -1)
    birth = min(person.birth + years * 365 + int(rng.random() * 300), TODAY - 16 * 365)
    if abs(birth - person.birth) < 8 * 365:
        birth = person.birth - 9 * 365
    return _Entry(_listed(person.name), "", "", birth, person.sex, "", person.nationality, "")


def _stranger(rng: Random) -> _Entry:
    culture = culture_table()[int(rng.random() * len(culture_table()))]
    sex = 1 if rng.random() < 0.15 else 0
    name = name_of(culture, rng, sex=sex)
    alias = PersonName(other_spelling(name.given, culture, rng), "", name.family or name.middle)
    return _Entry(
        _listed(name),
        "",
        one_blank(" ".join(alias.parts)) if rng.random() < 0.5 else "",
        TODAY - int(365.25 * (20 + 45 * rng.random())),
        sex,
        culture.places[int(rng.random() * len(culture.places))] if rng.random() < 0.5 else "",
        draw(culture.nationalities, rng),
        "",
    )


def _birth_text(birth: int, reliability: str, rng: Random) -> str:
    year, month, day = ymd(birth)
    roll = rng.random() * (0.6 if reliability == "doubtful" else 1.3)
    if roll < 0.15:
        return ""
    if roll < 0.3:
        return f"circa {year}"
    if roll < 0.5:
        return str(year)
    if roll < 0.6:
        return f"{month:02d}/{year}"
    return f"{day:02d}/{month:02d}/{year}"


def _row(entry_id: str, entry: _Entry, rng: Random) -> tuple[str, ...]:
    reliability = ("confirmed", "probable", "doubtful")[min(2, int(rng.random() * 3.6))]
    return (
        entry_id, _LISTS[int(rng.random() * 4)], entry.name, entry.native, entry.aliases,
        _birth_text(entry.birth, reliability, rng), entry.place,
        entry.nationality if rng.random() < 0.8 else "", entry.passports,
        "MF"[entry.sex] if rng.random() < 0.8 else "", reliability,
        iso(TODAY - int(rng.random() * 5000)), "OFFICIAL-SENSITIVE",
        _REMARKS[int(rng.random() * len(_REMARKS))],
    )  # fmt: skip

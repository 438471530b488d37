"""Writes the old casework system: flat CSV, one row per event, windows-1252, and its quirks."""

import csv
import io
from random import Random

from resolution.generate.calendars import TODAY, iso
from resolution.generate.mistakes import UNKNOWN
from resolution.generate.observation import Sighting
from resolution.generate.plan import Planned
from resolution.generate.wording import COUNTRY_NAMES, alias_of, known, windows_1252_upper

ENCODING = "windows-1252"
COLUMNS = (
    "PERSON_ID", "CASE_REF", "EVENT_TYPE", "EVENT_DATE", "UPDATED_AT", "SURNAME", "FORENAMES",
    "ALIASES", "DOB", "SEX", "NATIONALITY", "BIRTH_PLACE", "PASSPORT_NO", "PASSPORT_ISSUER",
    "OTHER_DOC_TYPE", "OTHER_DOC_NO", "ADDRESS", "POSTCODE", "PHONE", "EMAIL", "MARKING", "REMARKS",
)  # fmt: skip
_EVENTS = (
    "APPLICATION", "INTERVIEW", "DECISION", "REPORTING", "APPEAL", "ENQUIRY", "ENCOUNTER", "GRANT",
)  # fmt: skip
_MARKINGS = ("OFFICIAL",) * 8 + ("OFFICIAL-SENSITIVE",) * 2
_REMARKS = (
    "",
    "",
    "",
    "",
    "FILE MISSING",
    "SEE PAPER FILE",
    "INTERPRETER USED",
    "DOB PER CLAIMANT",
)
_TITLES = (("MR ", "SIR ", "DR ", "HAJI "), ("MRS ", "MISS ", "MS ", "DR "))
_NOT_KNOWN = ("NOT KNOWN", "UNKNOWN", "FNU", "", "N/K", "XXX")
_OTHER_DOCUMENTS = {"residence_permit": "BRP", "id_card": "ID CARD"}

# Rows that cannot become records, each wrong in its own way; none has a person.
BAD_ROWS = (
    # too few columns, too many, no key, and a byte windows-1252 does not have
    b"0009999990001,HO/BROKEN,INTERVIEW,01/02/2011,2011-02-01\r\n",
    b"0009999990002,HO/BROKEN,DECISION" + b",SPARE" * 30 + b"\r\n",
    b",HO/NOKEY,APPLICATION,03/03/2012,2012-03-03,DOE,JANE" + b"," * 15 + b"\r\n",
    b"0009999990003,HO/BYTES,APPLICATION,04/04/2013,2013-04-04,\x81\x8d\x8f,SAM"
    + b"," * 15
    + b"\r\n",
)


class CaseworkWriter:
    """Turns sightings into event rows, a block at a time."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, tuple[str, ...]]] = []

    @staticmethod
    def header() -> bytes:
        """Return the first row."""
        return ",".join(COLUMNS).encode(ENCODING) + b"\r\n"

    def add(self, planned: Planned, seen: Sighting, rng: Random) -> None:
        """Write one person-record as one to four events."""
        first = _person_columns(seen, rng)
        case = _case_reference(planned, seen, rng)
        times = 1 + int(rng.random() ** 2 * 4)
        day = seen.day
        for number in range(times):
            columns = first if number == 0 else _later_columns(first, seen, day, rng)
            event = _EVENTS[int(rng.random() * len(_EVENTS))]
            address = seen.person.home_on(day)
            row = (
                planned.source_record_id, case, event, _british(day),
                f"{iso(day)} {8 + int(rng.random() * 10):02d}:{int(rng.random() * 60):02d}:00",
                *columns, windows_1252_upper(address.line), address.postcode, seen.phone,
                seen.email, _MARKINGS[int(rng.random() * 10)],
                _REMARKS[int(rng.random() * len(_REMARKS))],
            )  # fmt: skip
            self._rows.append((day, len(self._rows), row))
            day = min(TODAY - 1, day + 20 + int(rng.random() * 700))

    def flush(self) -> bytes:
        """Return the block's rows in order of event date, as an event log has them."""
        self._rows.sort(key=lambda row: row[:2])
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(row for _, _, row in self._rows)
        self._rows.clear()
        return text.getvalue().encode(ENCODING)


def _british(day: int) -> str:
    text = iso(day)
    return f"{text[8:]}/{text[5:7]}/{text[:4]}"


def _case_reference(planned: Planned, seen: Sighting, rng: Random) -> str:
    """Return the number of the case file: some children's is that of a parent."""
    person, number = seen.person, planned.source_record_id
    if person.parents and seen.day - person.birth < 18 * 365 and rng.random() < 0.5:
        person = person.parents[0]
        number = person.record_ids.get("casework", [number])[0]
    elif rng.random() < 0.2:
        number = person.record_ids["casework"][0]
    return f"HO/{int(number) + 300_000}"


def _birth_text(seen: Sighting, rng: Random) -> str:
    if seen.birth is None:
        return "NOT KNOWN" if rng.random() < 0.2 else ""
    year, month, day = seen.birth
    return f"{day:02d}/{month:02d}/{year}"


def _names(seen: Sighting, rng: Random) -> tuple[str, str]:
    unknown = _NOT_KNOWN[int(rng.random() * len(_NOT_KNOWN))] if UNKNOWN in (
        seen.given, seen.family
    ) else ""  # fmt: skip
    family = windows_1252_upper(known(seen.family, unknown))
    given = windows_1252_upper(known(seen.given, unknown))
    if seen.middle:
        given = f"{given} {windows_1252_upper(seen.middle)}"
    if rng.random() < 0.04:
        titles = _TITLES[seen.sex]
        given = titles[int(rng.random() * 4)] + given
        seen.kinds.append("title_in_name")
    return family, given


def _aliases(seen: Sighting, rng: Random) -> str:
    if rng.random() > 0.15:
        return ""
    aliases = [alias_of(seen.person, rng) for _ in range(1 if rng.random() < 0.7 else 2)]
    return "; ".join(dict.fromkeys(windows_1252_upper(alias) for alias in aliases if alias))


def _person_columns(seen: Sighting, rng: Random) -> tuple[str, ...]:
    family, given = _names(seen, rng)
    held = seen.document
    passport = issuer = other_type = other = ""
    if held is not None and held.type == "passport":
        passport, issuer = held.number, held.country
        if rng.random() < 0.1:
            passport = f"{passport[:2]} {passport[2:]}"
    elif held is not None:
        other_type, other = _OTHER_DOCUMENTS[held.type], held.number
    nationality = seen.nationality
    if rng.random() < 0.3:
        nationality = COUNTRY_NAMES[nationality]
    return (
        family, given, _aliases(seen, rng), _birth_text(seen, rng),
        "MF"[seen.sex] if rng.random() < 0.97 else "U", nationality,
        windows_1252_upper(seen.person.birth_place) if rng.random() < 0.6 else "",
        passport, issuer, other_type, other,
    )  # fmt: skip


def _later_columns(
    first: tuple[str, ...], seen: Sighting, day: int, rng: Random
) -> tuple[str, ...]:
    """Return the person's columns at a later event: mostly the same, sometimes less or newer."""
    columns = list(first)
    family = seen.person.family_on(day)
    if family != seen.person.family_on(seen.day) and "swap_name_order" not in seen.kinds:
        columns[0] = windows_1252_upper(family)
    if rng.random() < 0.3:
        columns[2] = ""
    if rng.random() < 0.2:
        columns[6:] = [""] * len(columns[6:])
    return tuple(columns)

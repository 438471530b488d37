"""What a source saw of a person on a day: the truth, less what clerks and systems got wrong."""

from dataclasses import dataclass, field
from random import Random

from resolution.generate.belongings import Document
from resolution.generate.calendars import YearMonthDay, ethiopian, persian, ymd
from resolution.generate.culture import Culture
from resolution.generate.hardness import Rates
from resolution.generate.mistakes import (
    BIRTH_ERRORS,
    UNKNOWN,
    mistype,
    mistype_number,
    other_spelling,
)
from resolution.generate.person import Person

# Every kind written to corruptions.csv. The last four come from how a source writes, not by rate.
CORRUPTION_KINDS = (
    "typo", "transliteration", "nickname", "swap_name_order", "moved_name_part",
    "dropped_name_part", "glued_particle", "patronymic", "placeholder", "default_dob",
    "missing_dob", "day_month_swap", "year_off", "dob_typo", "calendar_year", "missing_document",
    "doc_typo", "merged_family", "wrong_nationality", "wrong_sex", "married_name",
    "title_in_name", "truncated_name", "partial_dob",
)  # fmt: skip

# Telephone numbers and e-mail addresses stand on so many of the records they could. Assumed.
_CONTACT_KEPT = 0.65
_FAMILY_FIRST = frozenset(("chinese", "vietnamese", "horn", "tamil"))
_CHAINS = frozenset(("slavic", "arabic", "horn"))


@dataclass(slots=True)
class Sighting:
    """One person as one record of a source will state them."""

    person: Person
    day: int
    given: str
    middle: str
    family: str
    birth: YearMonthDay | None
    calendar: str
    sex: int
    nationality: str
    document: Document | None
    phone: str
    email: str
    kinds: list[str] = field(default_factory=list)


def observe(person: Person, day: int, rates: Rates, rng: Random) -> Sighting:
    """Look at a person on a day, with a source's error rates."""
    name = person.name
    seen = Sighting(
        person=person,
        day=day,
        given=name.given,
        middle=name.middle,
        family=person.family_on(day),
        birth=ymd(person.birth),
        calendar="gregorian",
        sex=person.sex,
        nationality=person.nationality,
        document=document_on(person.documents, day),
        phone=person.phone_on(day) if rng.random() < _CONTACT_KEPT else "",
        email=person.email if rng.random() < _CONTACT_KEPT else "",
    )
    if seen.family != name.family:
        seen.kinds.append("married_name")
    _misread_name_parts(seen, rates, rng)
    _miswrite_name(seen, rates, rng)
    _miswrite_birth(seen, rates, rng)
    _miswrite_document(seen, rates, rng)
    if rng.random() < rates.wrong_nationality:
        seen.nationality = person.culture.nationalities[
            int(rng.random() * len(person.culture.nationalities))
        ]
        if seen.nationality != person.nationality:
            seen.kinds.append("wrong_nationality")
    if rng.random() < rates.wrong_sex:
        seen.sex = 1 - seen.sex
        seen.kinds.append("wrong_sex")
    return seen


def document_on(documents: list[Document], day: int) -> Document | None:
    """Return the passport good on a day, else whatever document came last before it."""
    best = None
    for document in documents:
        if document.valid_from <= day and (
            document.type == "passport" or best is None or best.type != "passport"
        ):
            best = document
    return best


def _misread_name_parts(seen: Sighting, rates: Rates, rng: Random) -> None:
    """Take a name apart the wrong way: parts left out, or put in another part's place."""
    chance, structure = rng.random, seen.person.culture.structure
    if seen.middle and structure in _CHAINS and chance() < rates.patronymic:
        # The father's name is taken for the family name.
        seen.family, seen.middle = seen.middle, ""
        seen.kinds.append("patronymic")
    if chance() < rates.dropped_name_part:
        _drop_part(seen)
    if chance() < rates.moved_name_part:
        _move_part(seen)
    if not seen.family or chance() < rates.placeholder:
        if seen.family and chance() < 0.4:
            seen.given = UNKNOWN
        else:
            seen.family = UNKNOWN
        seen.kinds.append("placeholder")
    swap = rates.swap_name_order * (1.5 if structure in _FAMILY_FIRST else 1.0)
    if chance() < swap and UNKNOWN not in (seen.given, seen.family):
        seen.given, seen.family = seen.family, seen.given
        seen.kinds.append("swap_name_order")


def _drop_part(seen: Sighting) -> None:
    if seen.middle:
        seen.middle = ""
    elif "  " in seen.family:
        seen.family = seen.family.partition("  ")[0]
    elif " " in seen.given:
        seen.given = seen.given.partition(" ")[0]
    else:
        return
    seen.kinds.append("dropped_name_part")


def _move_part(seen: Sighting) -> None:
    if seen.middle:
        seen.family, seen.middle = f"{seen.middle} {seen.family}".strip(), ""
    elif "  " in seen.family:
        first, _, second = seen.family.partition("  ")
        seen.given, seen.family = f"{seen.given} {first}", second
    elif " " in seen.given:
        first, _, second = seen.given.rpartition(" ")
        seen.given, seen.family = first, f"{second} {seen.family}".strip()
    else:
        return
    seen.kinds.append("moved_name_part")


def _miswrite_name(seen: Sighting, rates: Rates, rng: Random) -> None:
    chance, culture = rng.random, seen.person.culture
    known = culture.nicknames.get(seen.given)
    if known and chance() < rates.nickname * 2.0:
        seen.given = known[int(chance() * len(known))]
        seen.kinds.append("nickname")
    elif culture.english_names and chance() < rates.nickname:
        seen.given = culture.english_names[int(chance() * len(culture.english_names))]
        seen.kinds.append("nickname")
    if chance() < rates.transliteration:
        _respell(seen, culture, rng)
    if (" " in seen.family or "-" in seen.family) and chance() < rates.glued_particle:
        seen.family = seen.family.replace(" ", "").replace("-", "")
        seen.kinds.append("glued_particle")
    if chance() < rates.typo:
        if chance() < 0.5 and len(seen.given) > 3:
            seen.given = mistype(seen.given, rng)
            seen.kinds.append("typo")
        elif len(seen.family) > 3:
            seen.family = mistype(seen.family, rng)
            seen.kinds.append("typo")


def _respell(seen: Sighting, culture: Culture, rng: Random) -> None:
    given = other_spelling(seen.given, culture, rng)
    middle = other_spelling(seen.middle, culture, rng) if seen.middle else ""
    family = other_spelling(seen.family, culture, rng)
    if (given, middle, family) != (seen.given, seen.middle, seen.family):
        seen.given, seen.middle, seen.family = given, middle, family
        seen.kinds.append("transliteration")


def _miswrite_birth(seen: Sighting, rates: Rates, rng: Random) -> None:
    """Spoil the date of birth in one way at most."""
    birth, calendar = seen.birth, seen.person.culture.calendar
    if birth is None:
        return
    if calendar != "gregorian" and rng.random() < rates.calendar_year:
        convert = persian if calendar == "persian" else ethiopian
        seen.birth, seen.calendar = convert(seen.person.birth), calendar
        seen.kinds.append("calendar_year")
        return
    roll = rng.random() - rates.missing_dob
    if roll < 0:
        seen.birth = None
        seen.kinds.append("missing_dob")
        return
    for kind, spoil in BIRTH_ERRORS:
        roll -= getattr(rates, kind)
        if roll < 0:
            seen.birth = spoil(birth, rng)
            if seen.birth != birth:
                seen.kinds.append(kind)
            return


def _miswrite_document(seen: Sighting, rates: Rates, rng: Random) -> None:
    person = seen.person
    is_minor = seen.day - person.birth < 18 * 365
    if person.parents and is_minor and rng.random() < rates.merged_family:
        # The family came on one passport, and the child's record carries the parent's.
        parent = person.parents[-1]
        held = document_on(parent.documents, seen.day)
        if held is not None:
            seen.document, seen.phone = held, parent.phone_on(seen.day)
            seen.kinds.append("merged_family")
    if seen.document is None:
        return
    if rng.random() < rates.missing_document:
        seen.document = None
        seen.kinds.append("missing_document")
    elif rng.random() < rates.doc_typo:
        held = seen.document
        number = mistype_number(held.number, rng)
        if number != held.number:
            seen.document = Document(
                held.type, number, held.country, held.valid_from, held.valid_to
            )
            seen.kinds.append("doc_typo")

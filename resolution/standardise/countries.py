"""Find the ISO 3166-1 alpha-3 code of a country, however it or its people are called."""

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import pycountry

from resolution.standardise.text import Issue, Issues, fold, fold_or_none, words

UNKNOWN_COUNTRY = Issue("unknown_country", "no country is known by this text")
SEVERAL_COUNTRIES = Issue("several_countries", "the text names several; each was made an item")

_FILLERS = words(
    "NOT KNOWN|NOT STATED|NONE|N A|NULL|OTHER|XXX|ZZZ|UNSPECIFIED|XX|ZZ",
    "|",
) | {"UNKNOWN", "UNK"}
# Two letters after a comma are as often one of these as a country: Birmingham, AL.
US_STATES = words(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ"
    " NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR"
)
_DRESSING = re.compile(
    r"^(?:THE|REPUBLIC OF|KINGDOM OF|STATE OF|CITIZEN OF|NATIONAL OF|BORN IN|POSSIBLY)\s+"
    r"(?:THE\s+)?"
    r"|\s+(?:NATIONAL|CITIZEN|NATIONALITY|CITIZENSHIP|PASSPORT|REPUBLIC OF|THE)$"
)
_BRACKETS = re.compile(r"\s*\([^)]*\)\s*")
_BETWEEN = re.compile(r"\s*(?:[/;,&+|]|\band\b)\s*", re.IGNORECASE)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Return the code of every folded name we know; our own table has the last word."""
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        names: list[str | None] = [country.alpha_2, country.alpha_3, country.numeric, country.name]
        names += [getattr(country, name, None) for name in ("common_name", "official_name")]
        codes.update({fold(name): country.alpha_3 for name in names if name})
        # "Iran, Islamic Republic of" is the country before the comma, unless others share it.
        head = fold(country.name.partition(",")[0])
        codes.setdefault(head, country.alpha_3)
    table = files("resolution.standardise").joinpath("countries.csv").read_text("utf-8")
    for row in csv.DictReader(table.splitlines()):
        codes[row["alpha_3"]] = row["alpha_3"]
        codes.update(dict.fromkeys(row["names"].split("|"), row["alpha_3"]))
    return codes


@lru_cache(maxsize=1 << 15)
def country_code(text: str | None) -> str | None:
    """Return the alpha-3 code of a country, a nationality or a code; None when unknown.

    Takes names (also old ones), demonyms, alpha-2, alpha-3, numeric and passport codes. Former
    countries that became several keep their own codes (SUN, YUG, CSK). XXA is stateless, XXB and
    XXC are refugees, as ICAO 9303 has them.
    """
    if not text:
        return None
    codes = _codes()
    for candidate in (text, _BRACKETS.sub(" ", text)):
        folded = fold(candidate)
        while folded:
            if folded in codes:
                return codes[folded]
            shorter = _DRESSING.sub("", folded)
            if shorter == folded:
                break
            folded = shorter
    return None


@lru_cache(maxsize=1 << 10)
def alpha_2(alpha_3: str) -> str | None:
    """Return the alpha-2 code of an alpha-3 one; None for those that have none."""
    country = pycountry.countries.get(alpha_3=alpha_3)
    return None if country is None else str(country.alpha_2)


class NationalityReading(NamedTuple):
    """One nationality read."""

    code: str | None
    issues: Issues = ()


def read_nationalities(text: str | None) -> list[NationalityReading]:
    """Read a nationality; a text that names several gives several."""
    if (code := country_code(text)) is not None:
        return [NationalityReading(code)]
    if (text or "").isspace() or fold_or_none(text) in _FILLERS:
        return [NationalityReading(None)]
    several = [country_code(piece) for piece in _BETWEEN.split(text or "")]
    known = list(dict.fromkeys(code for code in several if code))
    if len(several) > 1 and known:
        extra = () if all(several) else (UNKNOWN_COUNTRY,)
        first = NationalityReading(known[0], (SEVERAL_COUNTRIES, *extra))
        return [first, *map(NationalityReading, known[1:])]
    return [NationalityReading(None, (UNKNOWN_COUNTRY,))]


class BirthPlaceReading(NamedTuple):
    """One place of birth read."""

    country: str | None
    place: str | None
    issues: Issues = ()


def read_birth_place(country: str | None, place: str | None) -> BirthPlaceReading:
    """Read a place of birth; a country at the end of the place is taken when none is stated."""
    code = country_code(country)
    folded = fold_or_none(place)
    folded = None if folded in _FILLERS else folded
    issues: Issues = ()
    if country and code is None and fold_or_none(country) not in _FILLERS | {None}:
        issues = (UNKNOWN_COUNTRY,)
    if code is None and place and folded:
        head, comma, tail = place.rpartition(",")
        is_state = tail.strip().upper() in US_STATES
        code = country_code(tail) if comma and not is_state else None
        if code is not None:
            folded = fold_or_none(head)
        elif not comma and len(folded) > 3 and (code := country_code(place)) is not None:
            folded = None
    return BirthPlaceReading(code, folded, issues)

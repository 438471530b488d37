"""Read addresses: number, street with its short forms written out, postcode without spaces."""

import re
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise import address_words as table
from resolution.standardise.countries import UNKNOWN_COUNTRY, US_STATES, country_code
from resolution.standardise.text import Issue, Issues, compact, fold, to_ascii_upper

NO_ADDRESS = Issue("no_address", "the text says there is no address, or nothing")
PLACEHOLDER_POSTCODE = Issue("placeholder_postcode", "the postcode is a filler such as 00000")

_UK_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b")
_CANADIAN_POSTCODE = re.compile(r"\b([A-Z]\d[A-Z])[\s-]?(\d[A-Z]\d)\b")
_ZIP = re.compile(r"(?<=[A-Z,])[\s,]+(\d{5})(?:[- ]?\d{4})?\s*$")
_DUTCH_POSTCODE = re.compile(r"\b(\d{4})\s?([A-Z]{2})\b(?=\s+[A-Z])")
_TRAILING_CODE = re.compile(r"(?<=[A-Z,])[\s,-]+(\d{4,6})\s*$")
_LEADING_CODE = re.compile(r"^(?:[A-Z]{1,2}-)?(\d{4,5})\s+(?=[A-Z])")
# A letter apart from the number is part of it, unless it is north, south, east or west.
_NUMBER = re.compile(
    r"(?:NO\s+|NUMBER\s+|HOUSE\s+|HOUSE NO\s+|PLOT\s+|VILLA\s+)?"
    r"(\d+(?:[A-Z]|\s[A-DF-MO-RT-VX-Z])?(?:\s\d+)?)\s+(.+)"
)
_UNIT = re.compile(r"((?:APARTMENT|APT|FLAT|FLT|UNIT|SUITE|STE|ROOM|RM)\s+\w{1,5})\s+(.+)")
_NUMBER_BEHIND = re.compile(
    r"(?!P ?O BOX|BOX|STREET|ROAD|CALLE)([A-Z][A-Z ]{3,})\s(\d{1,5}\s?[A-Z]?)"
)
# A first piece that is only a number, a flat or a house belongs to the piece after it.
_FIRST_HALF = re.compile(
    r"\d+[A-Z]?"
    r"|(?:APARTMENT|APT|FLAT|FLT|UNIT|SUITE|STE|ROOM|RM|HOUSE|HOUSE NO|PLOT|VILLA)\s+\w{1,5}"
)


class AddressReading(NamedTuple):
    """One address read; `text` is the whole of it, house number first where known."""

    text: str | None
    number: str | None
    street: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None
    issues: Issues


class _Whole(NamedTuple):
    """What one text of a whole address gave."""

    number: str | None = None
    street: str | None = None
    rest: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


def read_address(
    full: str | None,
    number: str | None,
    street: str | None,
    city: str | None,
    region: str | None,
    postcode: str | None,
    country: str | None,
) -> AddressReading:
    """Read an address from its parts, and from the whole text what the parts leave out."""
    whole = _read_whole(full) if full else _Whole()
    house, road = _street(street) if street else (None, None)
    house = _folded(number) or house or whole.number
    road = road or whole.street
    town, found = _place(city) if city else (None, None)
    area, found_too = _place(region) if region else (None, None)
    code, issues = _postcode(postcode) if postcode else (None, ())
    code = code or whole.postcode or found or found_too
    land = country_code(country) if country else whole.country
    if country and land is None and not country.isspace():
        issues += (UNKNOWN_COUNTRY,)
    town, area = town or whole.city, area or whole.region
    text = " ".join(filter(None, (house, road, whole.rest, town, area, code, land)))
    if not text:
        issues += (NO_ADDRESS,)
    return AddressReading(
        text or None, house, road, town, area, code, land, issues,
    )  # fmt: skip


@lru_cache(maxsize=1 << 16)
def _folded(text: str | None) -> str | None:
    """Fold a text; None when it is blank or a filler."""
    folded = fold(text) if text else ""
    return None if not folded or folded in table.FILLERS else folded


@lru_cache(maxsize=1 << 16)
def _place(text: str) -> tuple[str | None, str | None]:
    """Read a city or region and the postcode that may stand in it."""
    name = _folded(text)
    if name is None or not any(map(str.isdigit, name)):
        return name, None
    rest, code = _take_postcode(name)
    return rest.strip(" ,") or None, code


@lru_cache(maxsize=1 << 16)
def _postcode(text: str) -> tuple[str | None, Issues]:
    """Read a postcode: A-Z and 0-9 without spaces; ZIP+4 keeps its first five."""
    code = compact(text)
    if len(code) == 9 and code.isdigit() and "-" in text:
        code = code[:5]
    if not code or code in table.FILLERS:
        return None, ()
    if code in table.FILLER_POSTCODES or code.startswith("ZZ99") or len(set(code)) == 1:
        return None, (PLACEHOLDER_POSTCODE,)
    return code, ()


@lru_cache(maxsize=1 << 16)
def _street(text: str) -> tuple[str | None, str | None]:
    """Part a street text into house number and street, its short forms written out."""
    folded = _folded(text)
    if folded is None:
        return None, None
    unit = ""
    if found := _UNIT.fullmatch(folded):
        unit, folded = found.groups()
    number = None
    if found := _NUMBER.fullmatch(folded):
        number, folded = found.groups()
    elif found := _NUMBER_BEHIND.fullmatch(folded):
        folded, number = found.groups()
    if unit:
        number = f"{unit} {number}" if number else unit
    return number, expand(folded)


def expand(street: str) -> str:
    """Write out the short forms of a folded street: HIGH ST is HIGH STREET."""
    parts = street.split(" ")
    first = parts[0]
    if len(parts) > 1 and first in table.LEADING_WORDS:
        first = table.LEADING_WORDS[first]
    elif len(parts) > 1:
        first = table.STREET_WORDS.get(first, first)
    return " ".join([first, *(table.STREET_WORDS.get(part, part) for part in parts[1:])])


def _take_postcode(text: str) -> tuple[str, str | None]:
    """Take the postcode out of an upper-case text, by the strictest pattern that fits."""
    patterns = (_UK_POSTCODE, _CANADIAN_POSTCODE, _ZIP, _DUTCH_POSTCODE, _TRAILING_CODE)
    for pattern in patterns:
        found = list(pattern.finditer(text))
        if found:
            last = found[-1]
            code, _ = _postcode("".join(last.groups()))
            return f"{text[: last.start()]} {text[last.end() :]}", code
    return text, None


def _read_whole(full: str) -> _Whole:
    """Read an address written in one text, its pieces parted by commas or line ends."""
    text, code = _take_postcode(to_ascii_upper(full.replace("\n", ", ").replace(";", ",")))
    pieces = [piece for piece in map(fold, text.split(",")) if piece not in table.FILLERS | {""}]
    if not pieces:
        return _Whole(postcode=code)
    country = None
    if len(pieces) > 1 and pieces[-1] not in US_STATES:
        country = country_code(pieces[-1])
        pieces = pieces[:-1] if country else pieces
    leading = _LEADING_CODE.match(pieces[-1]) if code is None and len(pieces) > 1 else None
    if leading is not None:
        code, pieces[-1] = leading[1], pieces[-1][leading.end() :]
    region: str | None = None
    if len(pieces) > 1 and (state := pieces[-1].rpartition(" ")[2]) in US_STATES:
        region, rest = state, pieces.pop().rpartition(" ")[0]
        pieces += [rest] if rest else []
    city = pieces.pop() if len(pieces) > 1 else None
    if len(pieces) > 1 and _FIRST_HALF.fullmatch(pieces[0]):
        pieces[:2] = [" ".join(pieces[:2])]
    number, street = _street(pieces[0])
    between = " ".join(map(expand, pieces[1:])) or None
    return _Whole(number, street, between, city, region, code, country)

"""Finds where the records of an identity contradict each other on what a person has one of.

What two values say of each other follows the comparisons of the match model: what these take for a
slip, another reading or another calendar is no contradiction here. Values are those of rows of
STANDARDISED_RECORDS.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Levenshtein

from models.match_model.features import PERSON_NUMBER_TYPES

Member = Mapping[str, Any]
"""One row of STANDARDISED_RECORDS, or as much of it as is read here."""

# Of an identity with more different values than this, those that most records give.
_MOST_VALUES = 60
# A passport is renewed before it ends: only longer than this do two count as held side by side.
DAYS_OF_RENEWAL = 365
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# Their calendar is 7 or 8 years behind, and a clerk may have left out whose it is.
_OTHER_CALENDAR, _YEARS_BEHIND = frozenset({"ETH", "ERI"}), (7, 8)
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two values that one person does not have, and the records on either side.

    Attributes:
        degree: how surely the values are two people's, in (0, 1].
        one_side: records that keep to the one, the fewer of both; sorted.
        one_value, other_value: in words.
    """

    degree: float
    one_side: tuple[str, ...]
    other_side: tuple[str, ...]
    one_value: str
    other_value: str

    @property
    def is_repeated(self) -> bool:
        """Tell whether each side has more than one record: a slip is made once."""
        return len(self.one_side) > 1


@dataclass(frozen=True, slots=True)
class _Value:
    """One value as records give it: in words, and what is compared of it."""

    shown: str
    parts: tuple[Any, ...]


def _strongest(
    given: Sequence[tuple[str, _Value]], differ: Callable[[Any, Any], float]
) -> Contradiction | None:
    """Return the contradiction that most speaks for two people; None where there is none.

    A record stands on the side of a value that it agrees with while it contradicts the other.
    """
    records: dict[_Value, list[str]] = {}
    for record_id, value in given:
        records.setdefault(value, []).append(record_id)
    if len(records) < 2:
        return None
    commonest = sorted(records, key=lambda one: (-len(records[one]), one.shown, min(records[one])))
    values = commonest[:_MOST_VALUES]
    degrees: dict[Hashable, float] = {}
    for one, other in combinations(values, 2):
        degree = differ(one.parts, other.parts)
        degrees[one, other] = degrees[other, one] = degree
    found: list[Contradiction] = []
    for one, other in combinations(values, 2):
        if degrees[one, other] > 0.0:
            sides = [
                tuple(sorted({
                    record_id
                    for value in values
                    if value == near or (degrees[value, near] == 0.0
                                         and value != far and degrees[value, far] > 0.0)
                    for record_id in records[value]
                }))
                for near, far in ((one, other), (other, one))
            ]  # fmt: skip
            # a record that gives both says that they are one person's
            if not set(sides[0]) & set(sides[1]):
                found.append(_ordered(degrees[one, other], sides, (one.shown, other.shown)))
    return min(found, key=_order) if found else None


def _order(one: Contradiction) -> tuple[bool, float, int, tuple[str, ...], str]:
    return not one.is_repeated, -one.degree, -len(one.one_side), one.one_side, one.one_value


def _ordered(
    degree: float, sides: Sequence[tuple[str, ...]], shown: tuple[str, str]
) -> Contradiction:
    lesser, greater = sorted(zip(sides, shown, strict=True), key=lambda side: (len(side[0]), side))
    return Contradiction(degree, lesser[0], greater[0], lesser[1], greater[1])


def dates_of_birth(members: Sequence[Member]) -> Contradiction | None:
    """Find two dates of birth that are no slips of one another, in different years."""
    if len({born["year"] for one in members for born in one["dates_of_birth"]} - {None}) < 2:
        return None
    given = [(one["record_id"], value) for one in members for value in _births(one)]
    return _strongest(given, _births_differ)


def _births(member: Member) -> list[_Value]:
    """Return the births of a record as one value: several of one record are all its person's."""
    known = [born for born in member["dates_of_birth"] if born["year"] is not None]
    if not known:
        return []
    readings = {reading for born in known for reading in born["alternatives"] or ()}
    days = sorted({born["date"] for born in known if born["precision"] == "day"})
    countries = {one["code"] for one in member["nationalities"]}
    parts = (
        frozenset(born["year"] for born in known),
        frozenset(days),
        frozenset(reading for reading in readings if len(reading) == 10) | frozenset(days),
        any(born["is_default"] for born in known),
        bool(countries & _OTHER_CALENDAR),
    )
    shown = ", ".join(sorted({born["date"] for born in known}))
    return [_Value(shown, parts)]


def _births_differ(one: tuple[Any, ...], other: tuple[Any, ...]) -> float:
    years, days, readings, is_filler, is_ethiopian = one
    years_too, days_too, readings_too, is_filler_too, is_ethiopian_too = other
    apart = min(abs(year - year_too) for year in years for year_too in years_too)
    if apart == 0 or readings & readings_too:
        return 0.0
    if apart in _YEARS_BEHIND and (is_ethiopian or is_ethiopian_too):
        return 0.0
    is_filler = is_filler or is_filler_too
    if any(_are_slips(day, day_too, is_filler=is_filler) for day in days for day_too in days_too):
        return 0.0
    return 0.5 if apart == 1 else 1.0


def _are_slips(one: str, other: str, *, is_filler: bool) -> bool:
    """Tell whether a day may be the other, a century or a year or one digit written wrongly."""
    if one[2:] == other[2:]:
        return True
    return one[5:] == other[5:] and not is_filler


def one_slip_apart(one: str, other: str) -> bool:
    """Tell whether one character is wrong, missing or added, or two neighbours are changed over."""
    steps = Levenshtein.distance(one, other, score_cutoff=2)
    if steps < 2:
        return True
    is_even = steps == 2 and len(one) == len(other)
    return is_even and DamerauLevenshtein.distance(one, other) == 1


def sexes(members: Sequence[Member]) -> Contradiction | None:
    """Find records of a man and of a woman."""
    if len({sex["code"] for one in members for sex in one["sexes"]} & {"M", "F"}) < 2:
        return None
    given = []
    for one in members:
        codes = {sex["code"] for sex in one["sexes"]} & {"M", "F"}
        if len(codes) == 1:
            given.append((one["record_id"], _Value(min(codes), tuple(codes))))
    return _strongest(given, lambda _, __: 1.0)


def birth_countries(members: Sequence[Member]) -> Contradiction | None:
    """Find records that name no country of birth in common."""
    if len({place["country"] for one in members for place in one["birth_places"]}) < 2:
        return None
    given = []
    for one in members:
        countries = {place["country"] for place in one["birth_places"]} - {None}
        if countries:
            shown = ", ".join(sorted(countries))
            given.append((one["record_id"], _Value(shown, (frozenset(countries),))))
    return _strongest(given, lambda one, other: float(not one[0] & other[0]))


def given_names(members: Sequence[Member]) -> Contradiction | None:
    """Find given names that are not alike, and of which neither stands in the other's name."""
    if len({name["given"] for one in members for name in one["names"]}) < 2:
        return None
    given = []
    for one in members:
        first = next((name["given"] for name in one["names"] if name["given"]), None)
        if first and len(first.split(" ")[0]) > 1:
            tokens = frozenset(token for name in one["names"] for token in name["tokens"])
            singles = frozenset(token for token in tokens if len(token) == 1)
            shown = " ".join([first.split(" ")[0], *sorted(tokens)])
            parts = (first.split(" ")[0], tokens, singles)
            given.append((one["record_id"], _Value(shown, parts)))
    return _shortened(_strongest(given, _given_names_differ))


def _shortened(found: Contradiction | None) -> Contradiction | None:
    """Show the given names alone; the whole names only told them apart."""
    if found is None:
        return None
    one, other = (shown.split(" ")[0] for shown in (found.one_value, found.other_value))
    return Contradiction(found.degree, found.one_side, found.other_side, one, other)


def _given_names_differ(one: tuple[Any, ...], other: tuple[Any, ...]) -> float:
    first, tokens, singles = one
    first_too, tokens_too, singles_too = other
    if first in tokens_too or first_too in tokens:
        return 0.0
    if first[0] in singles_too or first_too[0] in singles:
        return 0.0
    return float(JaroWinkler.similarity(first, first_too) < _ALIKE)


def documents(members: Sequence[Member]) -> Contradiction | None:
    """Find two documents of one type and country that are in force side by side for a year.

    A document is in force from where the record says so, or else from the time of the record. Of
    numbers given for life one person has one.
    """
    if len({document["number"] for one in members for document in one["documents"]}) < 2:
        return None
    given = []
    for one in members:
        seen = one.get("effective_time") or ""
        for document in one["documents"]:
            number, kind, country = document["number"], document["type"], document["country"]
            from_day = _day(document["valid_from"] or seen)
            to_day = _day(document["valid_to"])
            is_for_life = kind in PERSON_NUMBER_TYPES
            if number and kind and (is_for_life or (country and from_day and to_day)):
                of_it = (kind, country, number)
                given.append((one["record_id"], of_it, from_day, to_day))
    spans: dict[tuple[str, str | None, str], list[tuple[date | None, date | None]]] = {}
    for _, of_it, from_day, to_day in given:
        spans.setdefault(of_it, []).append((from_day, to_day))
    values = [
        (record_id, _Value(" ".join(filter(None, of_it)), (of_it, tuple(spans[of_it]))))
        for record_id, of_it, _, _ in given
    ]
    return _strongest(list(dict.fromkeys(values)), _documents_differ)


def _day(text: str | None) -> date | None:
    if not text or not _ISO_DATE.match(text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _documents_differ(one: tuple[Any, ...], other: tuple[Any, ...]) -> float:
    (kind, country, number), spans = one
    (kind_too, country_too, number_too), spans_too = other
    if kind != kind_too or country != country_too or one_slip_apart(number, number_too):
        return 0.0
    if kind in PERSON_NUMBER_TYPES:
        return 1.0
    return float(
        any(
            (min(to_day, to_day_too) - max(from_day, from_day_too)).days > DAYS_OF_RENEWAL
            for from_day, to_day in spans
            for from_day_too, to_day_too in spans_too
        )
    )

"""Find year, month and day in a written date, before any calendar is thought of."""

import re
from typing import NamedTuple

from resolution.standardise.date_words import (
    ABOUT,
    BOUNDS,
    MONTHS_BY_CALENDAR,
    PASSED_OVER,
    RANGES,
    UNKNOWN,
)
from resolution.standardise.text import Issue, Issues, to_ascii_upper

# Two-digit years up to this are of this century, with the last one as the other reading.
_PIVOT = 26

APPROXIMATE = Issue("approximate_date", "the text says the date is approximate")
RANGE = Issue("date_range", "the text gives a range of years; the first was kept")
ORDER_CONTRADICTED = Issue("order_contradicted", "day and month stand in the other order")
AMBIGUOUS = Issue("ambiguous_date", "the digits can be parted in more than one way")
TWO_DIGIT_YEAR = Issue("two_digit_year", "the century is a guess")

_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}.*$|(?<=\d)T\d{4,6}(Z|\+.*)?$")
_FRACTION = re.compile(r"^(\d{4}|\d{8})\.0+$")
_ORDINAL = re.compile(r"(?<=\d)(ST|ND|RD|TH|ER)\b")
_SPACED_MONTH = re.compile(r"\b(RABI|JUMADA|DHU|ZUL)[ -]+(?:(AL|UL)[ -]+)?(?=[A-Z])")
_BETWEEN = re.compile(r"\s(?:TO|AND|UNTIL|-)\s")
_TOKEN = re.compile(r"\d+|[A-Z]+|\?+")
_MASK = re.compile(r"(?<![A-Z])[X*_?]{1,4}(?![A-Z])")


class Layout(NamedTuple):
    """Year, month and day as written; month 0 or day 0 of the text are None here."""

    year: int
    month: int | None = None
    day: int | None = None
    calendar: str | None = None
    other_years: tuple[int, ...] = ()
    issues: Issues = ()


class _Words(NamedTuple):
    """The tokens of a date: numbers as text, with month names set apart."""

    numbers: list[str]
    month: int | None
    month_at: int
    calendar: str | None
    issues: tuple[Issue, ...]
    is_range: bool


def lay_out(text: str, order: str | None) -> Layout | None:
    """Find year, month and day in a text; None when there is no year in it."""
    folded = to_ascii_upper(text[:80]).strip()
    folded = _FRACTION.sub(r"\1", folded)
    folded = _MASK.sub("00", _ORDINAL.sub("", _TIME.sub("", folded)))
    folded = _SPACED_MONTH.sub(lambda found: "".join(found.groups("")), folded)
    if between := _BETWEEN.search(folded):
        ends = folded[: between.start()], folded[between.end() :]
        if span := _span(*(_lay_out_one(end, order) for end in ends)):
            return span
    return _lay_out_one(folded, order)


def _span(first: Layout | None, last: Layout | None) -> Layout | None:
    """Make one layout of two dates: of the month or year they share, else of the years between."""
    if first is None or last is None or first.year > last.year or first.month is None:
        return None
    issues = first.issues + last.issues
    if first.year == last.year:
        month = first.month if first.month == last.month else None
        return Layout(first.year, month, calendar=first.calendar, issues=(*issues, RANGE))
    years = _years_after(first.year, last.year)
    return Layout(first.year, None, None, first.calendar, years, (*issues, RANGE))


def _years_after(first: int, last: int) -> tuple[int, ...]:
    """Return the years after the first of a range; only its end when it is a long one."""
    return tuple(range(first + 1, last + 1)) if first < last <= first + 5 else (last,)


def _lay_out_one(folded: str, order: str | None) -> Layout | None:
    """Find year, month and day in a folded text of one date."""
    words = _words(folded)
    if words is None or not words.numbers:
        return None
    layout = _year_range(words) or _by_count(words, order)
    if layout is None:
        return None
    return layout._replace(calendar=words.calendar, issues=words.issues + layout.issues)


def _words(folded: str) -> _Words | None:
    """Sort the tokens of a folded date; None at a word that has no place in one."""
    numbers: list[str] = []
    month, month_at, calendar = None, -1, None
    issues: list[Issue] = []
    is_range = False
    for token in _TOKEN.findall(folded):
        if token.isdigit():
            numbers.append(token)
        elif (named := _month_named(token)) is not None:
            if month is not None:
                return None
            calendar, month = named
            month_at = len(numbers)
        elif token in UNKNOWN:
            numbers.append("00")
        elif token in ABOUT or token in BOUNDS:
            issues.append(APPROXIMATE)
        elif token in RANGES:
            is_range = True
        elif token not in PASSED_OVER:
            return None
    calendar = None if calendar == "gregorian" else calendar
    return _Words(numbers, month, month_at, calendar, tuple(issues), is_range)


def _month_named(word: str) -> tuple[str, int] | None:
    """Return the calendar and number of a month name; the Gregorian calendar comes first."""
    for calendar, months in MONTHS_BY_CALENDAR.items():
        if word in months:
            return calendar, months[word]
    return None


def _year_range(words: _Words) -> Layout | None:
    """Read two whole years as a range; None when it is no range."""
    if words.month is not None or len(words.numbers) != 2:
        return None
    first, last = words.numbers
    if len(first) != 4 or len(last) not in (2, 4) or (len(last) == 2 and not words.is_range):
        return None
    end = int(last) if len(last) == 4 else int(first[:2] + last)
    return Layout(int(first), other_years=_years_after(int(first), end), issues=(RANGE,))


def _by_count(words: _Words, order: str | None) -> Layout | None:
    """Lay out by how many numbers there are, and whether the month has a name."""
    numbers = words.numbers
    if words.month is not None:
        return _with_named_month(numbers, words.month, words.month_at)
    if len(numbers) == 1:
        return _from_digits(numbers[0], order)
    if len(numbers) == 2:
        return _month_and_year(numbers[0], numbers[1])
    return _three_numbers(numbers[0], numbers[1], numbers[2], order)


def _with_named_month(numbers: list[str], month: int, month_at: int) -> Layout | None:
    """Lay out 3 MAR 1980, MAR 3 1980, 1980 MAR 3, MAR 1980."""
    if len(numbers) == 1:
        # Two digits before the month are a day without a year.
        is_year = len(numbers[0]) == 4 or (len(numbers[0]) == 2 and month_at == 0)
        return _layout(numbers[0], month, None) if is_year else None
    first, second = numbers[0], numbers[1]
    if len(numbers) > 2 or len(first) > 4 or len(second) > 4:
        return None
    if len(first) == 4 or (len(second) <= 2 and int(first) > 31):
        return _layout(first, month, int(second))
    return _layout(second, month, int(first))


def _month_and_year(first: str, second: str) -> Layout | None:
    """Lay out 03/1980 and 1980-03."""
    if len(first) == 4 and len(second) <= 2:
        return _layout(first, int(second), None)
    if len(second) == 4 and len(first) <= 2:
        return _layout(second, int(first), None)
    return None


def _three_numbers(first: str, second: str, third: str, order: str | None) -> Layout | None:
    """Lay out three numbers; a number of three or four digits is the year, whatever the order."""
    if len(first) > 4 or len(second) > 2 or len(third) > 4:
        return None
    if len(first) > 2:
        if order == "ydm" or 31 >= int(second) > 12 >= int(third) > 0:
            return _layout(first, int(third), int(second), (ORDER_CONTRADICTED,))
        return _layout(first, int(second), int(third))
    if len(third) <= 2 and (order == "ymd" or (order is None and int(first) > 31)):
        return _layout(first, int(second), int(third))
    if order == "mdy":
        return _day_and_month(third, month=int(first), day=int(second))
    return _day_and_month(third, month=int(second), day=int(first), is_known=order == "dmy")


def _day_and_month(year: str, *, month: int, day: int, is_known: bool = True) -> Layout | None:
    """Lay out a day and a month, turned round when only that makes a date."""
    if month > 12 and 0 < day <= 12 and month <= 31:
        return _layout(year, day, month, (ORDER_CONTRADICTED,) if is_known else ())
    return _layout(year, month, day)


def _from_digits(digits: str, order: str | None) -> Layout | None:
    """Lay out an unbroken row of digits by its length."""
    if len(digits) == 4:
        return _layout(digits, None, None)
    if len(digits) == 7:
        digits = "0" + digits  # a leading zero lost to a spreadsheet
    if len(digits) == 8:
        year_first = (digits[:4], digits[4:6], digits[6:])
        if order in (None, "ymd") and _is_likely(*year_first):
            return _layout(year_first[0], int(year_first[1]), int(year_first[2]))
        return _year_last(digits[:2], digits[2:4], digits[4:], order, year_first)
    if len(digits) == 6:
        if order in (None, "ymd") and digits[:2] in ("19", "20") and 1 <= int(digits[4:]) <= 12:
            return _layout(digits[:4], int(digits[4:]), None, (AMBIGUOUS,))
        if order in (None, "ymd") and _is_likely("19" + digits[:2], digits[2:4], digits[4:]):
            return _layout(digits[:2], int(digits[2:4]), int(digits[4:]), (AMBIGUOUS,))
        return _year_last(digits[:2], digits[2:4], digits[4:], order, None)
    return None


def _year_last(
    first: str, second: str, year: str, order: str | None, year_first: tuple[str, str, str] | None
) -> Layout | None:
    """Lay out ddmmyyyy or mmddyyyy; fall back to the year first where only that makes sense."""
    is_likely = _is_likely(year, first, second) or _is_likely(year, second, first)
    if year_first is not None and not is_likely:
        return _layout(year_first[0], int(year_first[1]), int(year_first[2]))
    return _three_numbers(first, second, year, order if order == "mdy" else "dmy")


def _is_likely(year: str, month: str, day: str) -> bool:
    """Tell whether digits make a date someone alive in some calendar could have."""
    is_year = len(year) == 2 or 1250 <= int(year) <= 2100
    return is_year and int(month) <= 12 and int(day) <= 31


def _layout(year: str, month: int | None, day: int | None, issues: Issues = ()) -> Layout | None:
    """Make a layout; a two-digit year gets its century, and zeros mean missing."""
    number = int(year)
    others: tuple[int, ...] = ()
    if number == 0 and len(year) != 2:
        return None
    if len(year) <= 2:
        if number == 0 and not (month and day):
            return None
        issues = (*issues, TWO_DIGIT_YEAR)
        others = (1900 + number,) if number <= _PIVOT else ()
        number += 2000 if number <= _PIVOT else 1900
    return Layout(number, month or None, day or None, other_years=others, issues=issues)

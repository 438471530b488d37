"""Days, and what Persian and Ethiopian calendars call them."""

from bisect import bisect_right
from datetime import date

# The last day anything in the data happens: fixed, so that the same seed gives the same bytes.
TODAY = date(2026, 1, 1).toordinal()
_FIRST = date(1900, 1, 1).toordinal()
_ISO = tuple(date.fromordinal(day).isoformat() for day in range(_FIRST, TODAY + 366 * 15))

YearMonthDay = tuple[int, int, int]

# The thirty-three-year cycle of Persian leap years holds from 1799 to 2256.
_PERSIAN_LEAPS = frozenset((1, 5, 9, 13, 17, 22, 26, 30))


def _persian_new_years(first: int, last: int) -> list[int]:
    """Return the first day of each Persian year; 1 Farvardin 1300 was 21 March 1921."""
    day, days = date(1921, 3, 21).toordinal(), []
    for year in range(1299, first - 1, -1):
        day -= 366 if year % 33 in _PERSIAN_LEAPS else 365
    for year in range(first, last + 1):
        days.append(day)
        day += 366 if year % 33 in _PERSIAN_LEAPS else 365
    return days


_PERSIAN_FIRST = 1279
_PERSIAN_YEARS = _persian_new_years(_PERSIAN_FIRST, 1410)
# 1 Meskerem 1 is 29 August 8 of the Julian calendar, proleptic day number 2796.
_ETHIOPIAN_EPOCH = 2796


def iso(day: int) -> str:
    """Write a day number as 1980-02-03."""
    return _ISO[day - _FIRST]


def ymd(day: int) -> YearMonthDay:
    """Return the year, month and day of a day number."""
    text = _ISO[day - _FIRST]
    return int(text[:4]), int(text[5:7]), int(text[8:])


def persian(day: int) -> YearMonthDay:
    """Return a day number's Persian (solar Hijri) date, for days since 1900."""
    at = bisect_right(_PERSIAN_YEARS, day) - 1
    left = day - _PERSIAN_YEARS[at]
    month, left = divmod(left, 31) if left < 186 else _late_month(left)
    return _PERSIAN_FIRST + at, month + 1, left + 1


def _late_month(left: int) -> tuple[int, int]:
    month, day = divmod(left - 186, 30)
    return 6 + month, day


def ethiopian(day: int) -> YearMonthDay:
    """Return a day number's Ethiopian date."""
    cycle, left = divmod(day - _ETHIOPIAN_EPOCH, 1461)
    # Of four years the third has a sixth day in its last, short month.
    year = min(3, left // 365) if left < 1095 else (2 if left == 1095 else 3)
    within = left - 365 * year - (1 if year == 3 else 0)
    return 4 * cycle + year + 1, within // 30 + 1, within % 30 + 1

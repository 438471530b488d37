"""Turn dates of the Persian, Islamic and Ethiopian calendars into Gregorian ones.

All go through the Julian day number (JDN). Sources of the arithmetic: E. G. Richards, "Calendars"
(Explanatory Supplement to the Astronomical Almanac, 3rd ed., 2013) for Gregorian and Ethiopian;
the tabular Islamic calendar of 30-year cycles, civil epoch 16 July 622 (Julian); the Persian
calendar by the 33-year leap rule, which agrees with the official one for 1178 to 1633.
"""

import datetime as dt
from collections.abc import Callable

_JDN_BEFORE_YEAR_1 = 1_721_425  # of the day before 1 January of year 1, `date.toordinal` 0
_ETHIOPIAN_EPOCH = 1_723_856  # Amete Mihret, 29 August 8 (Julian)
_ISLAMIC_EPOCH = 1_948_440  # civil: 16 July 622 (Julian)
# JDN of the day before 1 Farvardin of year 1, counted back by the 33-year rule from Nowruz 1375
# (20 March 1996).
_PERSIAN_EPOCH = 1_948_319
_PERSIAN_LEAP_YEARS_OF_33 = (1, 5, 9, 13, 17, 22, 26, 30)


def gregorian_from_persian(year: int, month: int, day: int) -> dt.date | None:
    """Convert a Solar Hijri date; None when there is no such day."""
    days_in_month = 31 if month <= 6 else 30
    if month == 12 and year % 33 not in _PERSIAN_LEAP_YEARS_OF_33:
        days_in_month = 29
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= days_in_month:
        return None
    cycles, rest = divmod(year - 1, 33)
    leap_days = cycles * 8 + sum(1 for leap in _PERSIAN_LEAP_YEARS_OF_33 if leap <= rest)
    month_days = (month - 1) * 31 - max(0, month - 7)
    return _date_of_jdn(_PERSIAN_EPOCH + 365 * (year - 1) + leap_days + month_days + day)


def gregorian_from_hijri(year: int, month: int, day: int) -> dt.date | None:
    """Convert a tabular Islamic date, a day or two from any sighted one; None when impossible."""
    is_leap = (11 * year + 14) % 30 < 11
    days_in_month = 30 if month % 2 == 1 or (month == 12 and is_leap) else 29
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= days_in_month:
        return None
    month_days = (59 * (month - 1) + 1) // 2
    leap_days = (3 + 11 * year) // 30
    return _date_of_jdn(_ISLAMIC_EPOCH + 354 * (year - 1) + leap_days + month_days + day - 1)


def gregorian_from_ethiopian(year: int, month: int, day: int) -> dt.date | None:
    """Convert an Ethiopian date: twelve months of 30 days and a short one; None when impossible."""
    days_in_month = 30 if month <= 12 else (6 if year % 4 == 3 else 5)
    if year < 1 or not 1 <= month <= 13 or not 1 <= day <= days_in_month:
        return None
    return _date_of_jdn(_ETHIOPIAN_EPOCH + 365 * year + year // 4 + 30 * (month - 1) + day - 1)


def _date_of_jdn(jdn: int) -> dt.date | None:
    """Return the Gregorian date of a Julian day number; None past the year 9999."""
    ordinal = jdn - _JDN_BEFORE_YEAR_1
    return dt.date.fromordinal(ordinal) if 0 < ordinal <= dt.date.max.toordinal() else None


CONVERSIONS: dict[str, Callable[[int, int, int], dt.date | None]] = {
    "persian": gregorian_from_persian,
    "hijri": gregorian_from_hijri,
    "ethiopian": gregorian_from_ethiopian,
}

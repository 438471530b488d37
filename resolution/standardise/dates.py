"""Read dates as people write them: many formats, some parts missing, several calendars."""

import datetime as dt
from calendar import monthrange
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise.calendars import CONVERSIONS
from resolution.standardise.date_layouts import Layout, lay_out
from resolution.standardise.text import Issue, Issues

EARLIEST_YEAR = 1500
# The last year a date may name. A constant, so that the same text always reads the same; it moves
# with STANDARDISER_VERSION.
LATEST_YEAR = 2030
_PERSIAN_YEARS = range(1250, 1421)
_HIJRI_YEARS = range(1300, 1451)

UNPARSABLE = Issue("unparsable_date", "no date could be read from the text")
IMPOSSIBLE = Issue("impossible_date", "day or month cannot be; what is valid was kept")
OUT_OF_RANGE = Issue("year_out_of_range", f"year is before {EARLIEST_YEAR} or after {LATEST_YEAR}")
SUSPECTED_CALENDAR = Issue(
    "calendar_suspected", "the year is of the Persian or Islamic calendar; read as such"
)


class DateReading(NamedTuple):
    """One date read; every part but `alternatives` is None when nothing could be read."""

    date: str | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    precision: str | None = None
    is_default: bool | None = None
    alternatives: tuple[str, ...] = ()
    issues: Issues = ()


class _Parts(NamedTuple):
    """Year, month and day of one calendar; month and day may be missing from the right."""

    year: int
    month: int | None
    day: int | None

    def iso(self) -> str:
        """Write what is known as ISO 8601: 1980-02-03, 1980-02 or 1980."""
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        return text + (f"-{self.day:02d}" if self.month and self.day else "")


@lru_cache(maxsize=1 << 17)
def read_date(
    text: str | None,
    year: str | None = None,
    month: str | None = None,
    day: str | None = None,
    order: str | None = None,
    calendar: str | None = None,
    precision: str | None = None,
) -> DateReading:
    """Read one date, either from a text or from its parts; never raises.

    Args:
        text: the whole date as written; when blank, `year`, `month` and `day` are read.
        year: the year alone, as text.
        month: the month alone, a number or a name.
        day: the day alone.
        order: dmy, mdy or ymd, where the source is known to write so; else ymd when the year
            comes first and dmy when it does not.
        calendar: gregorian, persian, hijri, ethiopian, or None when not stated.
        precision: day, month or year, as the source states it; finer parts are then left out.

    Returns:
        The Gregorian date. `alternatives` holds other readings: day and month swapped, the other
        century, another calendar, the ends of a range.
    """
    if not (text and text.strip()):
        text = "/".join((part or "").strip() or "00" for part in (day, month, year))
        order = "dmy"
        if text == "00/00/00":
            return DateReading(issues=(UNPARSABLE,))
    layout = lay_out(text, order)
    if layout is None:
        return DateReading(issues=(UNPARSABLE,))
    return _in_gregorian(layout, calendar or layout.calendar, precision)


class DayReading(NamedTuple):
    """One date that is no birthday, as ISO 8601 with the precision it has."""

    date: str | None
    issues: Issues = ()


def read_day(text: str | None) -> DayReading:
    """Read the date of an event or of the validity of something; its time is left out."""
    if not text or text.isspace():
        return DayReading(None)
    date = read_date(text).date
    return DayReading(date, () if date else (UNPARSABLE,))


def _in_gregorian(layout: Layout, calendar: str | None, precision: str | None) -> DateReading:
    """Check the parts of a laid-out date in its calendar and convert them."""
    issues = list(layout.issues)
    suspected = (calendar is None and layout.year in _PERSIAN_YEARS) or (
        calendar is None and layout.year in _HIJRI_YEARS
    )
    if suspected:
        issues.append(SUSPECTED_CALENDAR)
        calendar = "persian" if layout.year in _PERSIAN_YEARS else "hijri"
    month_count = 13 if calendar == "ethiopian" else 12
    parts, is_whole = _possible(layout, month_count)
    parts = _cut(parts, precision)
    if not is_whole:
        issues.append(IMPOSSIBLE)
    readings = _convert(parts, calendar)
    if not readings:
        parts = parts._replace(day=None)
        issues.append(IMPOSSIBLE)
        readings = _convert(parts, calendar)
    if not readings:
        return DateReading(issues=(UNPARSABLE,))
    others = readings[1:] + _other_readings(layout, parts, calendar, suspected=suspected)
    return _reading(readings[0], parts, others, issues)


def _reading(
    main: _Parts, as_written: _Parts, others: list[_Parts], issues: list[Issue]
) -> DateReading:
    """Put a reading together from its Gregorian parts and its other readings."""
    if not EARLIEST_YEAR <= main.year <= LATEST_YEAR:
        issues.append(OUT_OF_RANGE)
    if not 0 < main.year <= dt.MAXYEAR:
        return DateReading(issues=(UNPARSABLE,))
    date = main.iso()
    precision = "day" if main.day else "month" if main.month else "year"
    alternatives = dict.fromkeys(other.iso() for other in others)
    alternatives.pop(date, None)
    return DateReading(
        date=date,
        year=main.year,
        month=main.month,
        day=main.day,
        precision=precision,
        # A filler is typed in the calendar of who types it.
        is_default=precision == "day" and as_written.month == 1 and as_written.day == 1,
        alternatives=tuple(alternatives),
        issues=tuple(dict.fromkeys(issues)),
    )


def _possible(layout: Layout, month_count: int) -> tuple[_Parts, bool]:
    """Drop a month or day that cannot be; tell whether nothing was dropped."""
    month, day = layout.month, layout.day
    if month is not None and not 1 <= month <= month_count:
        return _Parts(layout.year, None, None), False
    if day is not None and (month is None or not 1 <= day <= 31):
        return _Parts(layout.year, month, None), False
    return _Parts(layout.year, month, day), True


def _cut(parts: _Parts, precision: str | None) -> _Parts:
    """Leave out what is finer than the stated precision."""
    if precision == "year":
        return _Parts(parts.year, None, None)
    return parts._replace(day=None) if precision == "month" else parts


def _convert(parts: _Parts, calendar: str | None) -> list[_Parts]:
    """Return the Gregorian readings of some parts, the likeliest first; none when impossible."""
    if calendar not in CONVERSIONS:
        is_day = parts.day is None or (
            0 < parts.year <= dt.MAXYEAR
            and parts.month is not None
            and parts.day <= monthrange(parts.year, parts.month)[1]
        )
        return [parts] if is_day else []
    convert = CONVERSIONS[calendar]
    first = convert(parts.year, parts.month or 1, parts.day or 1)
    if first is None:
        return []
    if parts.day is not None:
        return [_Parts(first.year, first.month, first.day)]
    # A foreign month or year begins in one Gregorian month or year and ends in the next.
    last = first + dt.timedelta(days=28 if parts.month else 353)
    if parts.month is not None:
        return [_Parts(edge.year, edge.month, None) for edge in (first, last)]
    return [_Parts(edge.year, None, None) for edge in (first, last)]


def _other_readings(
    layout: Layout, parts: _Parts, calendar: str | None, *, suspected: bool
) -> list[_Parts]:
    """Return what else the same text may mean."""
    others: list[_Parts] = []
    swappable = parts.month is not None and parts.day is not None and parts.day <= 12
    if swappable and parts.day != parts.month:
        others += _convert(parts._replace(month=parts.day, day=parts.month), calendar)
    for year in layout.other_years:
        others += _convert(parts._replace(year=year), calendar)
    if suspected:
        if calendar == "persian" and parts.year in _HIJRI_YEARS:
            others += _convert(parts, "hijri")
        others.append(parts)
    return others

"""Dates: formats, missing parts, what else a text may mean, calendars."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolution.standardise.calendars import (
    gregorian_from_ethiopian,
    gregorian_from_hijri,
    gregorian_from_persian,
)
from resolution.standardise.dates import DateReading, read_date


def codes(reading: DateReading) -> list[str]:
    return [issue.code for issue in reading.issues]


@pytest.mark.parametrize(
    ("text", "order", "date"),
    [
        pytest.param("1980-02-23", None, "1980-02-23", id="ISO"),
        pytest.param("1980-02-23T10:15:00Z", None, "1980-02-23", id="ISO with time"),
        pytest.param("23/02/1980 00:00", None, "1980-02-23", id="time after a space"),
        pytest.param("23/02/1980", None, "1980-02-23", id="day first"),
        pytest.param("02/23/1980", None, "1980-02-23", id="month first, plainly"),
        pytest.param("02/03/1980", None, "1980-03-02", id="day first unless told"),
        pytest.param("02/03/1980", "mdy", "1980-02-03", id="month first, told"),
        pytest.param("23.2.1980", "dmy", "1980-02-23", id="dots"),
        pytest.param("1980/02/23", "ymd", "1980-02-23", id="year first"),
        pytest.param("23 2 1980", "dmy", "1980-02-23", id="spaces"),
        pytest.param("19800223", None, "1980-02-23", id="eight digits, year first"),
        pytest.param("23021980", None, "1980-02-23", id="eight digits, day first"),
        pytest.param("02231980", "mdy", "1980-02-23", id="eight digits, month first"),
        pytest.param("9021980", "dmy", "1980-02-09", id="a leading zero lost"),
        pytest.param("19800223.0", None, "1980-02-23", id="a number with a fraction"),
        pytest.param("800223", "ymd", "1980-02-23", id="six digits"),
        pytest.param("23 Feb 1980", None, "1980-02-23", id="short month"),
        pytest.param("February 23, 1980", None, "1980-02-23", id="American long form"),
        pytest.param("23FEB1980", None, "1980-02-23", id="stuck together"),
        pytest.param("Saturday 23rd of February 1980", None, "1980-02-23", id="weekday"),
        pytest.param("1980 Feb 23", None, "1980-02-23", id="year, month name, day"),
        pytest.param("23 de febrero de 1980", None, "1980-02-23", id="Spanish"),
        pytest.param("1er janvier 1970", None, "1970-01-01", id="French"),
        pytest.param("23. M\u00e4rz 1980", None, "1980-03-23", id="German"),
        pytest.param("\u0662\u0663/\u0660\u0662/\u0661\u0669\u0668\u0660", None, "1980-02-23",
                     id="Arabic digits"),
        pytest.param("23/02/80", None, "1980-02-23", id="two-digit year"),
        pytest.param("80-02-23", None, "1980-02-23", id="two-digit year in front"),
        pytest.param("Feb 1980", None, "1980-02", id="month and year"),
        pytest.param("02/1980", None, "1980-02", id="month number and year"),
        pytest.param("1980-02", None, "1980-02", id="year and month number"),
        pytest.param("1980", None, "1980", id="year"),
        pytest.param("1980-00-00", None, "1980", id="zeros behind"),
        pytest.param("00/00/1980", None, "1980", id="zeros in front"),
        pytest.param("00/02/1980", None, "1980-02", id="only the day missing"),
        pytest.param("XX/XX/1980", None, "1980", id="crosses"),
        pytest.param("1530-01-01", None, "1530-01-01", id="historical"),
    ],
)  # fmt: skip
def test_a_written_date_is_read(text: str, order: str | None, date: str) -> None:
    assert read_date(text, order=order).date == date


@pytest.mark.parametrize(
    ("text", "date", "code"),
    [
        pytest.param("07/71/1958", "1958", "impossible_date", id="month 71"),
        pytest.param("31/02/1980", "1980-02", "impossible_date", id="31 February"),
        pytest.param("29/02/1981", "1981-02", "impossible_date", id="no leap year"),
        pytest.param("circa 1970", "1970", "approximate_date", id="circa"),
        pytest.param("1970-1975", "1970", "date_range", id="range"),
        pytest.param("01 Feb 1960 to 29 Feb 1960", "1960-02", "date_range", id="a month"),
        pytest.param("01 Jan 1973 to 31 Dec 1973", "1973", "date_range", id="a year"),
        pytest.param("01/02/2093", "2093-02-01", "year_out_of_range", id="future"),
        pytest.param("01/02/1480", "1480-02-01", "year_out_of_range", id="long ago"),
        pytest.param("3/1/70", "1970-01-03", "two_digit_year", id="two digits"),
        pytest.param("unknown", None, "unparsable_date", id="a word"),
        pytest.param("15 March", None, "unparsable_date", id="no year"),
        pytest.param("99999", None, "unparsable_date", id="five digits"),
        pytest.param("00/00/0000", None, "unparsable_date", id="all zeros"),
    ],
)
def test_what_is_wrong_is_noted_and_the_rest_kept(text: str, date: str | None, code: str) -> None:
    reading = read_date(text)

    assert reading.date == date
    assert code in codes(reading)


def test_parts_are_read_like_a_text() -> None:
    assert read_date(None, "1980", "Feb", "3").date == "1980-02-03"
    assert read_date(None, "1980", "2", None).date == "1980-02"
    assert read_date("", "1980", None, None).date == "1980"


def test_the_stated_precision_cuts_what_is_finer() -> None:
    reading = read_date("1980-01-01", precision="year")

    assert (reading.date, reading.precision, reading.is_default) == ("1980", "year", False)


@pytest.mark.parametrize(
    ("text", "is_default"),
    [("1980-01-01", True), ("1980-01-02", False), ("1980-01", False), ("1980-03-01", False)],
)
def test_only_the_first_of_january_is_a_default(text: str, is_default: bool) -> None:
    assert read_date(text).is_default is is_default


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        pytest.param("1980-02-03", ("1980-03-02",), id="day and month may be swapped"),
        pytest.param("1980-02-23", (), id="day too high to be a month"),
        pytest.param("1980-02-02", (), id="the same swapped"),
        pytest.param("23/02/12", ("1912-02-23",), id="the other century"),
        pytest.param("1970-1980", ("1980",), id="the end of a long range"),
        pytest.param("between 1970 and 1972", ("1971", "1972"), id="every year of a short range"),
        pytest.param("01 Jan 1970 to 31 Dec 1971", ("1971",), id="a range of days"),
        pytest.param("01 Jan 1970 to 31 Dec 1970", (), id="a range of one year"),
    ],
)
def test_other_readings_are_kept(text: str, alternatives: tuple[str, ...]) -> None:
    assert read_date(text).alternatives == alternatives


def test_a_persian_year_is_suspected_and_every_reading_kept() -> None:
    reading = read_date("1365-05-25")

    assert reading.date == "1986-08-16"
    assert reading.alternatives == ("1946-04-27", "1365-05-25")
    assert codes(reading) == ["calendar_suspected"]


def test_a_stated_calendar_is_converted_without_doubt() -> None:
    assert read_date("25/05/1365", calendar="persian").date == "1986-08-16"
    assert read_date("25 Mordad 1365").date == "1986-08-16"
    assert read_date("1/9/1445", calendar="hijri").date == "2024-03-11"
    assert read_date("1/1/2000", calendar="ethiopian").date == "2007-09-12"
    assert codes(read_date("25/05/1365", calendar="persian")) == []


def test_a_persian_year_alone_spans_two_years() -> None:
    reading = read_date("1365", calendar="persian")

    assert (reading.date, reading.alternatives) == ("1986", ("1987",))


@pytest.mark.parametrize(
    ("persian", "gregorian"),
    [
        ((1300, 1, 1), dt.date(1921, 3, 21)),
        ((1357, 11, 22), dt.date(1979, 2, 11)),
        ((1375, 1, 1), dt.date(1996, 3, 20)),
        ((1399, 12, 30), dt.date(2021, 3, 20)),
        ((1400, 1, 1), dt.date(2021, 3, 21)),
        ((1403, 12, 30), dt.date(2025, 3, 20)),
        ((1400, 12, 30), None),
        ((1400, 13, 1), None),
    ],
)
def test_persian_dates_agree_with_known_ones(
    persian: tuple[int, int, int], gregorian: dt.date | None
) -> None:
    assert gregorian_from_persian(*persian) == gregorian


@pytest.mark.parametrize(
    ("hijri", "gregorian"),
    [
        ((1, 1, 1), dt.date(622, 7, 19)),
        ((1400, 1, 1), dt.date(1979, 11, 21)),
        ((1420, 1, 1), dt.date(1999, 4, 17)),
        ((1445, 9, 1), dt.date(2024, 3, 11)),
        ((1445, 2, 30), None),
    ],
)
def test_islamic_dates_agree_with_known_ones(
    hijri: tuple[int, int, int], gregorian: dt.date | None
) -> None:
    assert gregorian_from_hijri(*hijri) == gregorian


@pytest.mark.parametrize(
    ("ethiopian", "gregorian"),
    [
        ((1996, 1, 1), dt.date(2003, 9, 12)),
        ((2000, 1, 1), dt.date(2007, 9, 12)),
        ((2015, 13, 6), dt.date(2023, 9, 11)),
        ((2016, 1, 1), dt.date(2023, 9, 12)),
        ((2016, 13, 6), None),
    ],
)
def test_ethiopian_dates_agree_with_known_ones(
    ethiopian: tuple[int, int, int], gregorian: dt.date | None
) -> None:
    assert gregorian_from_ethiopian(*ethiopian) == gregorian


@pytest.mark.parametrize(
    "convert", [gregorian_from_persian, gregorian_from_hijri, gregorian_from_ethiopian]
)
def test_days_follow_each_other_in_every_calendar(
    convert: Callable[[int, int, int], dt.date | None],
) -> None:
    days = [
        found
        for year in range(1300, 1420)
        for month in range(1, 14)
        for day in range(1, 32)
        if (found := convert(year, month, day)) is not None
    ]

    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in pairwise(days))


@given(st.dates(min_value=dt.date(1500, 1, 1), max_value=dt.date(2030, 12, 31)))
def test_an_iso_date_reads_as_itself_and_its_swap_leads_back(date: dt.date) -> None:
    reading = read_date(date.isoformat())

    assert reading.date == date.isoformat()
    for other in reading.alternatives:
        assert date.isoformat() in read_date(other).alternatives


@given(
    st.dates(min_value=dt.date(1500, 1, 1), max_value=dt.date(2030, 12, 31)),
    st.sampled_from(
        ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d%b%Y", "%Y%m%d", "%B %d, %Y"]
    ),
)
def test_a_date_written_any_way_reads_as_itself(date: dt.date, written: str) -> None:
    assert read_date(date.strftime(written)).date == date.isoformat()


@given(st.text(max_size=30), st.sampled_from([None, "dmy", "mdy", "ymd"]))
def test_no_text_breaks_the_reading_and_its_result_reads_as_itself(
    text: str, order: str | None
) -> None:
    reading = read_date(text, order=order)

    if reading.date is not None and reading.year is not None and reading.year >= 1500:
        assert read_date(reading.date, calendar="gregorian").date == reading.date


@given(st.text(alphabet="0123456789/-. JANFEBCIRX", max_size=14))
def test_no_nearly_right_date_breaks_the_reading(text: str) -> None:
    reading = read_date(text)

    assert (reading.date is None) == (reading.year is None)

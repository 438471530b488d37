"""What counts as a contradiction, and what as a slip of one person's record."""

from typing import Any

import pytest

from graph.contradictions import (
    birth_countries,
    dates_of_birth,
    documents,
    given_names,
    one_slip_apart,
    sexes,
)
from tests.unit.graph.members import born, document, member


@pytest.mark.parametrize(
    ("one", "other", "degree"),
    [
        pytest.param("1980-02-03", "1999-09-09", 1.0, id="far apart"),
        pytest.param("1980-02-03", "1981-11-20", 0.5, id="a year apart"),
        pytest.param("1980-02-03", "1980-11-20", None, id="within one year"),
        pytest.param("1980-02-03", "1980-03-02", None, id="day and month changed over"),
        pytest.param("1980-02-03", "1880-02-03", None, id="a century"),
        pytest.param("1980-02-03", "1990-02-03", None, id="another year, same day"),
        pytest.param("1980-01-01", "1955-01-01", 1.0, id="fillers of different years"),
        pytest.param("1980", "1999", 1.0, id="years alone"),
        pytest.param("1980", "1980-02-03", None, id="less known"),
    ],
)
def test_dates_of_birth_contradict_unless_one_is_a_slip(
    one: str, other: str, degree: float | None
) -> None:
    found = dates_of_birth([member("a:1", dates=(one,)), member("a:2", dates=(other,))])

    assert (found.degree if found else None) == degree


def test_a_date_of_another_calendar_is_no_contradiction() -> None:
    persian = member("a:1") | {"dates_of_birth": [born("1359-11-14", "1981-02-03")]}
    ethiopian = member("a:3", dates=("1973-05-26",), nationality="ETH")
    gregorian = member("a:2", dates=("1981-02-03",))

    assert dates_of_birth([persian, gregorian]) is None
    assert dates_of_birth([ethiopian, gregorian]) is None


def test_values_that_each_side_repeats_stand_before_a_single_slip() -> None:
    found = dates_of_birth([
        member("a:1", dates=("1980-02-03",)), member("a:2", dates=("1980-03-02",)),
        member("a:3", dates=("1999-09-09",)), member("a:4", dates=("1999-09-09",)),
        member("a:5", dates=("1940-05-05",)),
    ])  # fmt: skip

    assert found is not None
    assert found.is_repeated
    assert (found.one_side, found.other_side) == (("a:1", "a:2"), ("a:3", "a:4"))


SIDE_BY_SIDE = {"valid_from": "2010-01-01", "valid_to": "2020-01-01"}


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        pytest.param(document("111222", **SIDE_BY_SIDE), document("987654", **SIDE_BY_SIDE), True,
                     id="in force side by side"),
        pytest.param(document("111222", **SIDE_BY_SIDE), document("111223", **SIDE_BY_SIDE), False,
                     id="one character off"),
        pytest.param(document("111222", **SIDE_BY_SIDE),
                     document("987654", country="GHA", **SIDE_BY_SIDE), False,
                     id="of two countries"),
        pytest.param(document("111222", **SIDE_BY_SIDE),
                     document("987654", valid_from="2019-06-01", valid_to="2029-06-01"), False,
                     id="renewed before it ended"),
        pytest.param(document("111222", valid_to="2020-01-01"),
                     document("987654", valid_to="2020-01-01"), False, id="from when is unknown"),
        pytest.param(document("111222", kind="TAX", country=None),
                     document("987654", kind="TAX", country=None), True, id="given for life"),
    ],
)  # fmt: skip
def test_documents_contradict_where_one_person_has_one(
    one: dict[str, Any], other: dict[str, Any], contradict: bool
) -> None:
    found = documents([member("a:1", documents=(one,)), member("a:2", documents=(other,))])

    assert (found is not None) == contradict


def test_a_document_is_in_force_when_it_was_seen() -> None:
    papers = document("111222", valid_to="2020-01-01"), document("987654", valid_to="2020-01-01")
    one, other = (
        member(f"a:{n}", documents=(paper,), seen="2015-05-05 09:00:00")
        for n, paper in enumerate(papers)
    )

    assert documents([one, other]) is not None


def test_two_documents_that_one_record_gives_are_one_persons() -> None:
    papers = document("111222", **SIDE_BY_SIDE), document("987654", **SIDE_BY_SIDE)

    found = documents([
        member("a:1", documents=papers), member("a:2", documents=papers[:1]),
        member("a:3", documents=papers[1:]),
    ])  # fmt: skip

    assert found is None


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        pytest.param(("ANNA", "OKAFOR"), ("MARIA", "OKAFOR"), True, id="different"),
        pytest.param(("ANNA", "OKAFOR"), ("ANNAH", "OKAFOR"), False, id="alike"),
        pytest.param(("ANNA", "OKAFOR"), ("M", "OKAFOR"), False, id="an initial says little"),
        pytest.param(("ANNA", "OKAFOR"), ("OKAFOR", "ANNA"), False, id="changed over"),
        pytest.param(("ANNA MARIA", "OKAFOR"), ("MARIA", "OKAFOR"), False, id="second name"),
        pytest.param((None, "OKAFOR"), ("MARIA", "OKAFOR"), False, id="unknown"),
    ],
)
def test_given_names_contradict_where_neither_stands_in_the_other(
    one: tuple[str | None, str], other: tuple[str | None, str], contradict: bool
) -> None:
    found = given_names([split(member("a:1", name=one)), split(member("a:2", name=other))])

    assert (found is not None) == contradict


def split(record: dict[str, Any]) -> dict[str, Any]:
    """Give each word of a name as a token, as the standardiser does."""
    names = [
        name | {"tokens": [word for token in name["tokens"] for word in token.split()]}
        for name in record["names"]
    ]
    return record | {"names": names}


def test_sexes_and_countries_of_birth_contradict_where_both_are_known() -> None:
    man = member("a:1", sex="M", birth_country="GHA")
    woman = member("a:2", sex="F", birth_country="GBR")

    assert sexes([man, woman]) is not None
    assert birth_countries([man, woman]) is not None
    assert sexes([man, member("a:2", sex="X")]) is None
    assert birth_countries([man, member("a:2")]) is None


@pytest.mark.parametrize(
    ("one", "other", "is_slip"),
    [("1234", "1234", True), ("1234", "1235", True), ("1234", "1243", True),
     ("1234", "12345", True), ("1234", "1256", False), ("1234", "4321", False)],
)  # fmt: skip
def test_a_slip_is_one_character_or_two_changed_over(one: str, other: str, is_slip: bool) -> None:
    assert one_slip_apart(one, other) == is_slip

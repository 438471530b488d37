"""Names, calendars and mistakes: the parts the generator is made of."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolution.generate.calendars import ethiopian, persian
from resolution.generate.culture import cultures
from resolution.generate.mistakes import mistype, mistype_number
from resolution.generate.naming import PersonName, gendered, name_of, patronymic
from resolution.generate.scripts import native_token
from resolution.generate.wording import machine_readable, windows_1252_upper

BY_NAME = {culture.name: culture for culture in cultures()}


@pytest.mark.parametrize("culture", BY_NAME.values(), ids=BY_NAME)
def test_every_culture_names_people_from_many_names(culture) -> None:
    rng = Random(1)

    names = {name_of(culture, rng, sex=number % 2).parts for number in range(2_000)}

    assert len(names) > 900
    assert all(part.strip() == part for name in names for part in name)


@pytest.mark.parametrize("culture", BY_NAME.values(), ids=BY_NAME)
def test_common_names_are_far_commoner_than_rare_ones(culture) -> None:
    table = culture.given[0]
    counts = sorted((table.count(name) for name in set(table)), reverse=True)

    assert counts[0] >= 8 * counts[-1]


@pytest.mark.parametrize(
    ("father", "sex", "expected"),
    [
        pytest.param("Ivan", 0, "Ivanovich", id="son"),
        pytest.param("Ivan", 1, "Ivanovna", id="daughter"),
        pytest.param("Sergei", 0, "Sergeyevich", id="soft ending"),
        pytest.param("Nikita", 1, "Nikitychna", id="ending in a"),
    ],
)
def test_slavic_patronymics_come_from_the_father(father: str, sex: int, expected: str) -> None:
    assert patronymic(father, sex) == expected


@pytest.mark.parametrize(
    ("culture", "family", "sex", "expected"),
    [
        pytest.param("russian", "Ivanov", 1, "Ivanova", id="Russian woman"),
        pytest.param("russian", "Ivanova", 0, "Ivanov", id="Russian man"),
        pytest.param("russian", "Shevchenko", 1, "Shevchenko", id="no second form"),
        pytest.param("polish", "Kowalski", 1, "Kowalska", id="Polish woman"),
        pytest.param("polish", "Nowak", 1, "Nowak", id="Polish without a second form"),
        pytest.param("british", "Ivanov", 1, "Ivanov", id="elsewhere"),
    ],
)
def test_family_names_take_the_form_of_the_bearers_sex(
    culture: str, family: str, sex: int, expected: str
) -> None:
    assert gendered(BY_NAME[culture], family, sex) == expected


def test_a_chain_of_fathers_moves_down_a_generation() -> None:
    father = PersonName("Bekele", "Haile", "Tesfaye")

    child = name_of(BY_NAME["horn_habesha"], Random(1), sex=0, parents=(father, None))

    assert (child.middle, child.family) == ("Bekele", "Haile")


def test_a_spanish_child_takes_the_first_family_name_of_each_parent() -> None:
    father = PersonName("José", "", "García  De León")
    mother = PersonName("Ana", "", "Ruiz  Vega")

    child = name_of(BY_NAME["hispanic"], Random(1), sex=1, parents=(father, mother))

    assert child.family == "García  Ruiz"


def test_other_spellings_of_a_name_know_each_other() -> None:
    arabic = BY_NAME["arabic"]

    assert "Muhammad" in arabic.other_spellings("Mohamed")
    assert "Mohamed" in arabic.other_spellings("Muhammad")
    assert BY_NAME["chinese"].other_spellings("Xiaoming")[:2] == ("Xiao Ming", "Hsiao-ming")


@pytest.mark.parametrize(
    ("name", "script", "expected"),
    [
        pytest.param("Shevchenko", "Cyrl", "Шевченко", id="Cyrillic"),
        pytest.param("Selam", "Ethi", "ሰላም", id="Ethiopic"),
        pytest.param("Ravi", "Deva", "रवि", id="Devanagari"),
        pytest.param("Smith", "Latn", "Smith", id="Latin stays"),
    ],
)
def test_names_are_written_in_their_own_script(name: str, script: str, expected: str) -> None:
    assert native_token(name, script) == expected


@pytest.mark.parametrize(
    ("day", "persian_date", "ethiopian_date"),
    [
        pytest.param(date(2021, 3, 21), (1400, 1, 1), (2013, 7, 12), id="Persian new year"),
        pytest.param(date(1980, 2, 3), (1358, 11, 14), (1972, 5, 25), id="winter"),
        pytest.param(date(2020, 9, 11), (1399, 6, 21), (2013, 1, 1), id="Ethiopian new year"),
        pytest.param(date(2019, 9, 12), (1398, 6, 21), (2012, 1, 1), id="after a leap year"),
    ],
)
def test_days_have_their_persian_and_ethiopian_dates(day, persian_date, ethiopian_date) -> None:
    assert persian(day.toordinal()) == persian_date
    assert ethiopian(day.toordinal()) == ethiopian_date


@given(st.text(alphabet="abcdefgh", min_size=4, max_size=12), st.integers(0, 10_000))
def test_one_typing_error_changes_the_length_by_one_at_most(name: str, seed: int) -> None:
    assert abs(len(mistype(name, Random(seed))) - len(name)) <= 1


@given(st.from_regex(r"[A-Z]{1,2}[0-9]{6,8}", fullmatch=True), st.integers(0, 10_000))
def test_a_mistyped_number_stays_in_capitals_and_digits(number: str, seed: int) -> None:
    wrong = mistype_number(number, Random(seed))

    assert wrong.isalnum()
    assert wrong == wrong.upper()


@given(st.text(max_size=30))
def test_old_casework_can_hold_any_name(name: str) -> None:
    windows_1252_upper(name).encode("windows-1252")


def test_machine_readable_names_spell_letters_out() -> None:
    assert machine_readable("Müller-Ñandú O'Neill") == "MUELLER NANDU ONEILL"

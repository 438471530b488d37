"""Documents, phones, e-mails, countries, sexes, relations, events, folding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolution.standardise.countries import (
    country_code,
    read_birth_place,
    read_nationalities,
)
from resolution.standardise.dates import read_day
from resolution.standardise.emails import read_email
from resolution.standardise.identifiers import (
    document_type,
    read_document_number,
    read_issuer,
    read_number,
)
from resolution.standardise.labels import read_label, read_words
from resolution.standardise.phones import read_phone
from resolution.standardise.sexes import read_sex
from resolution.standardise.text import compact, fold, script_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Passport", "PASSPORT"),
        ("PPT", "PASSPORT"),
        ("National ID No.", "ID_CARD"),
        ("BRP", "RESIDENCE_PERMIT"),
        ("Driver's License", "DRIVING_LICENCE"),
        ("SSN", "SOCIAL_SECURITY"),
        ("NINO", "NATIONAL_INSURANCE"),
        ("residence_permit", "RESIDENCE_PERMIT"),
        ("Library card", "LIBRARY CARD"),
        ("", None),
        (None, None),
    ],
)
def test_document_types_come_from_a_small_list(text: str | None, kind: str | None) -> None:
    assert document_type(text) == kind


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("ab 123-456/7", "AB1234567", id="separators"),
        pytest.param("\u0664\u0662\u0661\u0660\u0661-\u0661\u0662\u0663", "42101123", id="Arabic"),
        pytest.param("00123", "00123", id="leading zeros stay"),
        pytest.param("1234", "1234", id="a short run may be real"),
        pytest.param("12345678", None, id="a long run is a filler"),
        pytest.param("987654321", None, id="a run down"),
        pytest.param("0000000", None, id="all the same"),
        pytest.param("078-05-1120", None, id="a published number"),
        pytest.param("unknown", None, id="a word"),
        pytest.param("N/A", None, id="not applicable"),
        pytest.param(" - ", None, id="nothing"),
        pytest.param(None, None, id="null"),
    ],
)
def test_numbers_are_letters_and_digits_and_fillers_are_null(
    text: str | None, number: str | None
) -> None:
    assert read_number(text) == number


def test_a_missing_number_is_told_from_a_filler() -> None:
    assert read_document_number("00000000").issues[0].code == "placeholder_number"
    assert read_document_number(" ").issues[0].code == "no_number"


def test_a_licence_of_an_american_state_is_american() -> None:
    assert read_issuer("NV", "DL").value == "USA"
    assert read_issuer("NV", "passport").issues[0].code == "unknown_country"
    assert read_issuer("Utopia", None).issues[0].code == "unknown_country"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        pytest.param("+447911123456", None, "+447911123456", id="E.164"),
        pytest.param("+44 (0)20 7946 0018", None, "+442079460018", id="trunk zero in brackets"),
        pytest.param("0044 20 7946 0018", None, "+442079460018", id="00 for plus"),
        pytest.param("020 7946 0018", "UK", "+442079460018", id="national"),
        pytest.param("447911123456", "GB", "+447911123456", id="country code without plus"),
        pytest.param("(702) 919-1300 ext 5", "US", "+17029191300", id="extension"),
        pytest.param("702-919-1300", None, "7029191300", id="no country: digits"),
        pytest.param("06 12345678", "ITA", "+390612345678", id="Italy keeps its zero"),
        pytest.param("0000000000", None, None, id="filler"),
        pytest.param("unknown", None, None, id="a word"),
    ],
)
def test_phones_become_international_where_the_country_is_known(
    text: str, country: str | None, number: str | None
) -> None:
    assert read_phone(text, country).number == number


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Foo.Bar@Example.ORG", "foo.bar@example.org"),
        ("Foo <a+b@c.co.uk>", "a+b@c.co.uk"),
        ("mailto:x@y.com", "x@y.com"),
        ("none@none.com", None),
        ("noemail@gmail.com", None),
        ("foo at bar", None),
        ("", None),
    ],
)
def test_emails_are_lower_case_and_plausible(text: str, address: str | None) -> None:
    assert read_email(text).address == address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("United Kingdom", "GBR"), ("UK", "GBR"), ("gb", "GBR"), ("GBR", "GBR"), ("826", "GBR"),
        ("British", "GBR"), ("Great Britain", "GBR"), ("GBN", "GBR"), ("Ivory Coast", "CIV"),
        ("C\u00f4te d'Ivoire", "CIV"), ("Burma", "MMR"), ("Persia", "IRN"), ("Holland", "NLD"),
        ("Iran, Islamic Republic of", "IRN"), ("Islamic Republic of Iran", "IRN"),
        ("The Gambia", "GMB"), ("Nigerian", "NGA"), ("Nigerien", "NER"), ("USSR", "SUN"),
        ("Yugoslavia", "YUG"), ("CSK", "CSK"), ("Zaire", "COD"), ("ZAR", "COD"),
        ("Democratic Republic of the Congo", "COD"), ("Congo", "COG"), ("T\u00fcrkiye", "TUR"),
        ("Citizen of Pakistan", "PAK"), ("Stateless", "XXA"), ("Kosovo", "XKX"),
        ("South Korea", "KOR"), ("North Korea", "PRK"), ("Dominica", "DMA"),
        ("Dominican", "DOM"), ("D", "DEU"), ("Narnia", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_countries_are_known_by_many_names(text: str | None, code: str | None) -> None:
    assert country_code(text) == code


def test_two_nationalities_in_one_text_become_two() -> None:
    readings = read_nationalities("British / Pakistani")

    assert [reading.code for reading in readings] == ["GBR", "PAK"]
    assert [issue.code for issue in readings[0].issues] == ["several_countries"]


def test_a_country_with_and_in_its_name_is_one() -> None:
    assert [reading.code for reading in read_nationalities("Trinidad and Tobago")] == ["TTO"]


@pytest.mark.parametrize(
    ("country", "place", "read"),
    [
        pytest.param("Pak", "Lahore", ("PAK", "LAHORE"), id="both"),
        pytest.param(None, "Kabul, Afghanistan", ("AFG", "KABUL"), id="country behind a comma"),
        pytest.param(None, "Afghanistan", ("AFG", None), id="only a country"),
        pytest.param(None, "Birmingham, AL", (None, "BIRMINGHAM AL"), id="a state is no country"),
        pytest.param("unknown", "unknown", (None, None), id="unknown"),
    ],
)
def test_places_of_birth_give_country_and_place(
    country: str | None, place: str | None, read: tuple[str | None, str | None]
) -> None:
    assert read_birth_place(country, place)[:2] == read


@pytest.mark.parametrize(
    ("text", "code"),
    [("Male", "M"), ("f", "F"), ("Femme", "F"), ("non-binary", "X"), ("1", "M"), ("?", None)],
)
def test_sexes_are_read_from_words_and_codes(text: str, code: str | None) -> None:
    assert read_sex(text).code == code


def test_labels_are_folded_and_record_ids_keep_their_letters() -> None:
    assert read_label("Home-office ref").text == "HOME OFFICE REF"
    assert read_words("  casework:Ab/1  x").text == "casework:Ab/1 x"
    assert read_words(" ").text is None


def test_a_day_leaves_out_the_time() -> None:
    assert read_day("03/04/2019 10:20").date == "2019-04-03"
    assert read_day(" ").issues == ()
    assert read_day("soon").issues[0].code == "unparsable_date"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  caf\u00e9 \u00df\u00d8  ", "CAFE SSO"),
        ("O'Brien", "OBRIEN"),
        ("a\u200bb\tc", "AB C"),
        ("\uff21\uff22\uff23", "ABC"),
        ("\u00bd", "1 2"),
    ],
)
def test_folding_leaves_plain_words(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)

    assert fold(once) == once
    assert once.isascii()
    assert compact(compact(text)) == compact(text)


@given(st.text(max_size=20))
def test_a_number_read_again_is_the_same(text: str) -> None:
    number = read_number(text)

    assert number is None or read_number(number) == number


@given(st.text(max_size=20), st.sampled_from([None, "GB", "US", "Italy", "AF"]))
def test_no_text_breaks_phones_emails_countries_or_sexes(text: str, country: str | None) -> None:
    number = read_phone(text, country).number

    assert number is None or read_phone(number, country).number is not None
    code = country_code(text)
    assert code is None or country_code(code) == code
    read_email(text)
    read_sex(text)
    script_of(text)

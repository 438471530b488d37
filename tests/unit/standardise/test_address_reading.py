"""Addresses: parts, whole texts, short forms, postcodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolution.standardise.addresses import AddressReading, expand, read_address
from resolution.standardise.text import fold

PARTS = ("full", "number", "street", "city", "region", "postcode", "country")


def read(**parts: str) -> AddressReading:
    found = {name: parts.get(name) for name in PARTS}
    return read_address(**found)


@pytest.mark.parametrize(
    ("full", "number", "street", "city", "postcode", "country"),
    [
        pytest.param("12 High St, Leeds, LS1 4AP, UK", "12", "HIGH STREET", "LEEDS", "LS14AP",
                     "GBR", id="British"),
        pytest.param("123 Main Street, Las Vegas NV 89132-0001", "123", "MAIN STREET",
                     "LAS VEGAS", "89132", None, id="American with ZIP+4"),
        pytest.param("Flat 3, 12 High Street, London SW1A1AA", "FLAT 3 12", "HIGH STREET",
                     "LONDON", "SW1A1AA", None, id="flat apart"),
        pytest.param("10 Downing Street\nLondon\nSW1A 2AA", "10", "DOWNING STREET", "LONDON",
                     "SW1A2AA", None, id="lines"),
        pytest.param("1 rue de Rivoli, 75001 Paris, France", "1", "RUE DE RIVOLI", "PARIS",
                     "75001", "FRA", id="French"),
        pytest.param("Keizersgracht 12, 1015 CN Amsterdam", "12", "KEIZERSGRACHT", "AMSTERDAM",
                     "1015CN", None, id="Dutch"),
        pytest.param("House 5, Street 3, Kabul, Afghanistan", "5", "STREET 3", "KABUL", None,
                     "AFG", id="Afghan"),
        pytest.param("PO Box 12, Kabul", None, "PO BOX 12", "KABUL", None, None, id="box"),
    ],
)  # fmt: skip
def test_a_whole_address_is_taken_apart(
    full: str,
    number: str | None,
    street: str,
    city: str,
    postcode: str | None,
    country: str | None,
) -> None:
    reading = read(full=full)

    assert (reading.number, reading.street, reading.city) == (number, street, city)
    assert (reading.postcode, reading.country) == (postcode, country)


@pytest.mark.parametrize(
    ("street", "number", "written_out"),
    [
        ("12a Acacia Ave", "12A", "ACACIA AVENUE"),
        ("6246 w keating ave", "6246", "WEST KEATING AVENUE"),
        ("St Johns Rd", None, "SAINT JOHNS ROAD"),
        ("34 bowen cir sw", "34", "BOWEN CIRCLE SOUTHWEST"),
        ("High Street", None, "HIGH STREET"),
    ],
)
def test_a_street_loses_its_number_and_short_forms(
    street: str, number: str | None, written_out: str
) -> None:
    reading = read(street=street)

    assert (reading.number, reading.street) == (number, written_out)


@pytest.mark.parametrize(
    ("parts", "postcode"),
    [
        pytest.param({"postcode": "cm15 0np"}, "CM150NP", id="no spaces"),
        pytest.param({"city": "London SW1A 1AA"}, "SW1A1AA", id="in the city"),
        pytest.param({"region": "LS1 4AP"}, "LS14AP", id="in the region"),
        pytest.param({"postcode": "00000"}, None, id="filler"),
        pytest.param({"postcode": "ZZ99 3VZ"}, None, id="no fixed abode"),
        pytest.param({"postcode": "2119"}, "2119", id="four digits"),
    ],
)
def test_postcodes_are_found_and_fillers_null(parts: dict[str, str], postcode: str | None) -> None:
    assert read(**parts).postcode == postcode


def test_the_text_holds_the_whole_address_number_first() -> None:
    reading = read(number="7", street="wallaby pl", city="Cleveland", region="SA", postcode="2119")

    assert reading.text == "7 WALLABY PLACE CLEVELAND SA 2119"


def test_no_fixed_abode_is_no_address() -> None:
    reading = read(full="No fixed abode")

    assert reading.text is None
    assert [issue.code for issue in reading.issues] == ["no_address"]


@given(st.text(max_size=30))
def test_writing_out_twice_is_writing_out_once(text: str) -> None:
    folded = fold(text)

    assert expand(expand(folded)) == expand(folded)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, st.text(max_size=30))))
def test_no_text_breaks_the_reading(parts: dict[str, str]) -> None:
    reading = read(**parts)

    assert reading.text is None or reading.text.isascii()

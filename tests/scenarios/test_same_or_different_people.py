"""Who is one person and who is not: cases a colleague can read, judged by the whole pipeline.

Each case is a table of records, one line each; letters say which are one person. All cases stand
in one run, under names and numbers of their own.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from models.match_model.package import MatchModelPackage
from tests.small_world import a_record, a_world, partition

Row = Mapping[str, Any]


def row(person: str, source: str, given: str, family: str, born: str = "", **more: Any) -> Row:
    """Describe one record; `person` is the truth."""
    return {"person": person, "source": source, "given": given, "family": family, "born": born,
            **more}  # fmt: skip


CASES: dict[str, list[Row]] = {
    "the same person seen by two sources, all agreeing": [
        row("A", "casework", "Marisol", "Etxeberria", "1984-06-17", passport="ES:XJ482915"),
        row("A", "border", "Marisol", "Etxeberria", "1984-06-17", passport="ES:XJ482915"),
    ],
    "twins, a boy and a girl, of one address": [
        row("A", "casework", "Oluwaseun", "Adeyinka", "1991-03-14", sex="M",
            address="14 Harrow Lane, Leeds LS7 4QP", passport="NG:A60214837"),
        row("B", "casework", "Temitope", "Adeyinka", "1991-03-14", sex="F",
            address="14 Harrow Lane, Leeds LS7 4QP", passport="NG:A07735192"),
        row("A", "border", "Oluwaseun", "Adeyinka", "1991-03-14", sex="M", passport="NG:A60214837"),
        row("B", "border", "Temitope", "Adeyinka", "1991-03-14", sex="F", passport="NG:A07735192"),
    ],
    "brothers and sisters at one address, some years apart": [
        row("A", "casework", "Katarzyna", "Wojnarowska", "1995-08-02",
            address="3 Mill Court, Hull HU5 2DR", phone="+447911123401"),
        row("B", "casework", "Zbigniew", "Wojnarowski", "1998-12-19",
            address="3 Mill Court, Hull HU5 2DR", phone="+447911123401"),
        row("C", "casework", "Agnieszka", "Wojnarowska", "2003-01-27",
            address="3 Mill Court, Hull HU5 2DR", phone="+447911123401"),
    ],
    "namesakes of a common name, born on other days": [
        row("A", "casework", "Mohammed", "Khan", "1979-04-21", passport="PK:AB4127731"),
        row("B", "casework", "Mohammed", "Khan", "1992-10-05", passport="PK:KM9053284"),
        row("C", "border", "Mohammed", "Khan", "1966-07-30", passport="PK:ZT6619405"),
    ],
    "given and family name changed over by one source": [
        row("A", "casework", "Thanh", "Vuong", "1987-11-08", passport="VN:C4471902"),
        row("A", "border", "Vuong", "Thanh", "1987-11-08"),
    ],
    "one name transliterated in two ways": [
        row("A", "casework", "Yevgeniy", "Shcherbakov", "1975-09-23", nationality="Ukraine"),
        row("A", "border", "Evgeny", "Scherbakov", "1975-09-23", nationality="Ukraine"),
    ],
    "a name in another script and its transliteration": [
        row("A", "casework", "Дмитрий", "Овсянников", "1969-02-11"),
        row("A", "border", "Dmitriy", "Ovsyannikov", "1969-02-11"),
    ],
    "a new family name on marriage, the same document": [
        row("A", "casework", "Ingrid", "Halvorsen", "1990-05-26", passport="NO:29481736"),
        row("A", "border", "Ingrid", "Papadakis", "1990-05-26", passport="NO:29481736"),
    ],
    "a child filed under a parent's passport": [
        row("A", "casework", "Bertrand", "Lachance", "1972-01-19", sex="M", passport="CA:GH518260"),
        row("A", "border", "Bertrand", "Lachance", "1972-01-19", sex="M", passport="CA:GH518260"),
        row("B", "casework", "Coralie", "Lachance", "2009-06-03", sex="F", passport="CA:GH518260"),
    ],
    "first name unknown: FNU says nothing, and joins nobody": [
        row("A", "casework", "FNU", "Gulzada", "1983-02-16", nationality="Afghanistan"),
        row("B", "casework", "FNU", "Noorzai", "1983-02-16", nationality="Afghanistan"),
        row("C", "border", "FNU", "Gulzada", "1996-08-09", nationality="Afghanistan"),
    ],
    "1 January, as given to those who do not know, joins nobody by itself": [
        row("A", "casework", "Tesfaye", "Woldemariam", "1980-01-01", nationality="Ethiopia"),
        row("B", "casework", "Mekdes", "Tilahun", "1980-01-01", nationality="Ethiopia"),
        row("A", "border", "Tesfaye", "Woldemariam", "1980-01-01", nationality="Ethiopia"),
    ],
    "day and month changed over by one source": [
        row("A", "casework", "Rosalind", "Featherstonehaugh", "1988-04-07"),
        row("A", "border", "Rosalind", "Featherstonehaugh", "1988-07-04"),
    ],
    "a short form of the given name": [
        row("A", "casework", "Elizabeth", "Cholmondeley", "1959-10-12"),
        row("A", "border", "Liz", "Cholmondeley", "1959-10-12"),
    ],
    "one character wrong in the passport": [
        row("A", "casework", "Sandeep", "Ramanathan", "1994-12-30", passport="IN:K7351482"),
        row("A", "border", "Sandeep", "Ramanathan", "1994-12-30", passport="IN:K7351487"),
    ],
    "one given name is left out": [
        row("A", "casework", "Maria Fernanda", "Villanueva Ospina", "1986-09-15"),
        row("A", "border", "Maria", "Villanueva Ospina", "1986-09-15"),
    ],
    "only the year of birth is known to one source, the passport is the same": [
        row("A", "casework", "Jamshid", "Karimzadeh", "1977", passport="IR:U48213706"),
        row("A", "border", "Jamshid", "Karimzadeh", "1977-06-29", passport="IR:U48213706"),
    ],
    "husband and wife on one case, with one phone and address": [
        row("A", "casework", "Nikolaos", "Economopoulos", "1970-08-18", sex="M", case="HO/884213",
            address="6 Quay Street, Poole BH15 1HJ", phone="+447911123477"),
        row("B", "casework", "Eleftheria", "Economopoulou", "1973-02-04", sex="F", case="HO/884213",
            address="6 Quay Street, Poole BH15 1HJ", phone="+447911123477"),
    ],
    "people of one rare name, born decades apart": [
        row("A", "casework", "Xanthippe", "Zwingenberger", "1948-09-02"),
        row("B", "casework", "Xanthippe", "Zwingenberger", "1981-05-17"),
        row("A", "border", "Xanthippe", "Zwingenberger", "1948-09-02"),
        row("B", "border", "Xanthippe", "Zwingenberger", "1981-05-17"),
    ],
    "twin brothers of one address": [
        row("A", "casework", "Kwabena", "Frimpong", "2001-10-30", sex="M",
            address="9 Castle Rise, Derby DE1 2PL"),
        row("B", "casework", "Yaw", "Frimpong", "2001-10-30", sex="M",
            address="9 Castle Rise, Derby DE1 2PL"),
        row("A", "border", "Kwabena", "Frimpong", "2001-10-30", sex="M"),
        row("B", "border", "Yaw", "Frimpong", "2001-10-30", sex="M"),
    ],
    "twins whose passports were issued one after the other": [
        row("A", "casework", "Nadezhda", "Bogomolova", "1997-12-08", passport="BG:384716250"),
        row("B", "casework", "Lyudmila", "Bogomolova", "1997-12-08", passport="BG:384716251"),
        row("A", "border", "Nadezhda", "Bogomolova", "1997-12-08", passport="BG:384716250"),
        row("B", "border", "Lyudmila", "Bogomolova", "1997-12-08", passport="BG:384716251"),
    ],
}  # fmt: skip


def _record(case: int, place: int, row: Row) -> dict[str, Any]:
    attributes: dict[str, list[dict[str, Any]]] = {
        "names": [{"kind": "primary", "given": row["given"], "family": row["family"]}]
    }
    if row["born"]:
        attributes["dates_of_birth"] = [{"text": row["born"], "order": "ymd"}]
    if "passport" in row:
        country, _, number = row["passport"].partition(":")
        attributes["documents"] = [{"type": "passport", "number": number, "country": country}]
    for name, attribute, part in (
        ("sex", "sexes", "text"), ("nationality", "nationalities", "text"),
        ("place", "birth_places", "place"), ("address", "addresses", "full"),
        ("phone", "phones", "text"), ("case", "references", "number"),
    ):  # fmt: skip
        if name in row:
            attributes[attribute] = [{part: row[name]}]
    return a_record(_id(case, place, row), **attributes)


def _id(case: int, place: int, row: Row) -> str:
    return f"{row['source']}:{case:02}-{place}"


@pytest.fixture(scope="module")
def people(
    package: MatchModelPackage, tmp_path_factory: pytest.TempPathFactory
) -> set[frozenset[str]]:
    """Whom the pipeline holds to be one person, over the records of all cases."""
    by_source: dict[str, list[dict[str, Any]]] = {}
    for case, rows in enumerate(CASES.values()):
        for place, one in enumerate(rows):
            by_source.setdefault(one["source"], []).append(_record(case, place, one))
    world = a_world(tmp_path_factory.mktemp("scenarios"))
    for records in by_source.values():
        world.deliver(records)
    return partition(world.resolve(package))


@pytest.mark.parametrize("case", CASES)
def test_the_pipeline_tells_who_is_who(case: str, people: set[frozenset[str]]) -> None:
    number, rows = list(CASES).index(case), CASES[case]
    truth: dict[str, set[str]] = {}
    for place, one in enumerate(rows):
        truth.setdefault(one["person"], set()).add(_id(number, place, one))

    ids = set().union(*truth.values())
    found = {frozenset(person) for person in people if person & ids}

    assert found == {frozenset(person) for person in truth.values()}

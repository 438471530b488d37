"""What is true of one person, and of the people made together with them."""

import csv
import io
from dataclasses import dataclass, field

from resolution.generate.belongings import Address, Document
from resolution.generate.calendars import iso
from resolution.generate.culture import Culture
from resolution.generate.naming import PersonName


@dataclass(slots=True, eq=False)
class Person:
    """One person as they truly are."""

    person_id: str
    culture: Culture
    sex: int  # 0 a man, 1 a woman
    name: PersonName
    birth: int  # day number
    nationality: str
    birth_place: str
    documents: list[Document]
    homes: list[Address]
    moved_on: int  # the day they moved from the first home to the second
    phone: str = ""
    former_phone: str = ""
    email: str = ""
    former_family: str = ""
    married_on: int = 0
    spouse: "Person | None" = None
    parents: "list[Person]" = field(default_factory=list)
    children: "list[Person]" = field(default_factory=list)
    record_ids: dict[str, list[str]] = field(default_factory=dict)

    def home_on(self, day: int) -> Address:
        """Return where the person lived on a day."""
        return self.homes[-1] if day >= self.moved_on else self.homes[0]

    def phone_on(self, day: int) -> str:
        """Return the telephone number the person used on a day."""
        return self.phone if day >= self.moved_on else self.former_phone

    def family_on(self, day: int) -> str:
        """Return the family name the person bore on a day."""
        if self.former_family and day < self.married_on:
            return self.former_family
        return self.name.family


@dataclass(slots=True)
class Block:
    """People made together, and how they are related: (person id, person id, kind)."""

    people: list[Person]
    relations: list[tuple[str, str, str]]


# The columns of truth/people.csv. Several people may share a phone, e-mail or address.
PEOPLE_COLUMNS = (
    "person_id", "culture", "sex", "given", "middle", "family", "former_family", "birth",
    "nationality", "phone", "former_phone", "email", "address", "former_address",
)  # fmt: skip


def people_rows(block: Block) -> bytes:
    """Write what is true of each person, one CSV row each, as no source has it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        (
            person.person_id, person.culture.name, "MF"[person.sex], person.name.given,
            person.name.middle, person.name.family, person.former_family, iso(person.birth),
            person.nationality, person.phone, person.former_phone, person.email,
            _one_line(person.homes[-1]), _one_line(person.homes[0]),
        )
        for person in block.people
    )  # fmt: skip
    return text.getvalue().encode()


def _one_line(address: Address) -> str:
    return f"{address.line}, {address.postcode}"

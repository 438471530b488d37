"""Makes one block of the population: households, families, twins, namesakes."""

from datetime import date
from random import Random

from resolution.generate.belongings import (
    Address,
    SharedPlaces,
    address_of,
    documents_of,
    email_of,
    phone_of,
)
from resolution.generate.calendars import TODAY, ymd
from resolution.generate.culture import Culture, culture_table, draw
from resolution.generate.hardness import Crowding
from resolution.generate.naming import PersonName, gendered, name_of
from resolution.generate.person import Block, Person

_YEAR = 365.25
_MAN, _WOMAN = 0, 1


class BlockMaker:
    """Makes the people of one block from its own stream of chance."""

    def __init__(
        self, rng: Random, *, first: int, count: int, crowding: Crowding, places: SharedPlaces
    ) -> None:
        self._rng = rng
        self._first = first
        self._count = count
        self._crowding = crowding
        self._places = places
        self._last_client: dict[int, str] = {}
        self.block = Block([], [])

    def make(self) -> Block:
        """Make households until the block is full."""
        rng, people = self._rng, self.block.people
        while len(people) < self._count:
            kind = rng.random()
            if kind < self._crowding.namesake and people:
                self._namesake(people[int(rng.random() * len(people))])
            elif kind < 0.45:
                self._household([self._adult(self._culture(), rng.getrandbits(1))])
            elif kind < 0.60:
                self._household(list(self._couple()))
            elif kind < 0.92:
                self._family()
            else:
                self._siblings()
        return self.block

    def _culture(self) -> Culture:
        table = culture_table()
        return table[int(self._rng.random() * len(table))]

    def _is_full(self) -> bool:
        return len(self.block.people) >= self._count

    def _person(
        self,
        culture: Culture,
        sex: int,
        name: PersonName,
        birth: int,
        *,
        nationality: str | None = None,
    ) -> Person:
        rng = self._rng
        if culture.unknown_birthday and rng.random() < culture.unknown_birthday:
            birth = _first_of_year(birth)
        nationality = nationality or draw(culture.nationalities, rng)
        person = Person(
            person_id=f"p{self._first + len(self.block.people):09d}",
            culture=culture,
            sex=sex,
            name=name,
            birth=birth,
            nationality=nationality,
            birth_place=culture.places[int(rng.random() * len(culture.places))],
            documents=documents_of(nationality, birth, rng),
            homes=[],
            moved_on=TODAY - int(rng.random() * 10 * _YEAR),
        )
        self.block.people.append(person)
        self._contact(person)
        return person

    def _contact(self, person: Person) -> None:
        rng = self._rng
        if rng.random() < self._crowding.shared_phone:
            number = int(rng.random() * len(self._places.advisers))
            adviser = self._places.advisers[number]
            person.phone = person.former_phone = adviser.phone
            person.email = adviser.email
            if number in self._last_client:
                self._relate(person.person_id, self._last_client[number], "shared_phone")
            self._last_client[number] = person.person_id
            return
        if rng.random() < 0.8:
            person.phone = person.former_phone = phone_of(rng)
            if rng.random() < 0.5:
                person.former_phone = phone_of(rng)
        if rng.random() < 0.6:
            name = person.name
            person.email = email_of(name.given, name.family, ymd(person.birth)[0], rng)

    def _relate(self, one: str, other: str, kind: str) -> None:
        self.block.relations.append((one, other, kind))

    def _adult(self, culture: Culture, sex: int, near: int | None = None) -> Person:
        rng = self._rng
        birth = TODAY - int(_YEAR * (18 + 55 * rng.betavariate(1.4, 2.4)))
        if near is not None:
            birth = min(near + int(_YEAR * (rng.random() * 14 - 7)), TODAY - int(18 * _YEAR))
        name = name_of(culture, rng, sex=sex)
        return self._person(culture, sex, name, birth)

    def _household(self, people: list[Person], origin: Address | None = None) -> None:
        rng = self._rng
        homes = [origin or self._home()]
        if rng.random() < 0.45:
            homes.append(self._home())
        for person in people:
            person.homes = homes
            person.moved_on = people[0].moved_on
            if person is not people[0]:
                self._relate(people[0].person_id, person.person_id, "household")

    def _home(self) -> Address:
        rng = self._rng
        if rng.random() < self._crowding.hostel:
            return self._places.hostels[int(rng.random() * len(self._places.hostels))]
        return address_of(rng)

    def _couple(self) -> tuple[Person, ...]:
        culture = self._culture()
        man = self._adult(culture, _MAN)
        if self._is_full():
            return (man,)
        woman = self._adult(culture, _WOMAN, near=man.birth)
        self._marry(man, woman)
        return man, woman

    def _marry(self, man: Person, woman: Person) -> None:
        rng = self._rng
        man.spouse, woman.spouse = woman, man
        self._relate(man.person_id, woman.person_id, "spouse")
        if rng.random() < man.culture.wife_takes_name:
            woman.former_family = woman.name.family
            woman.name = PersonName(
                woman.name.given,
                woman.name.middle,
                gendered(man.culture, man.name.family, _WOMAN),
            )
            adult = max(man.birth, woman.birth) + int(19 * _YEAR)
            woman.married_on = adult + int(rng.random() ** 0.5 * max(1, TODAY - adult))

    def _family(self) -> None:
        rng = self._rng
        parents = self._couple()
        if rng.random() < 0.25 and len(parents) == 2:
            parents[1].homes = parents[0].homes = [self._home()]
        children: list[Person] = []
        mother = parents[-1]
        birth = mother.birth + int(_YEAR * (19 + rng.random() * 10))
        for _ in range(1 + int(rng.random() * 4)):
            if self._is_full() or birth > TODAY - 200:
                break
            children.append(self._child(parents, birth))
            if rng.random() < self._crowding.twins and not self._is_full():
                children.append(self._twin(children[-1], parents))
            birth += int(_YEAR * (1 + rng.random() * 4))
        self._link_siblings(children)
        # Children grown up have mostly left home.
        at_home = [child for child in children if TODAY - child.birth < 24 * _YEAR]
        for child in children:
            if child not in at_home:
                self._household([child])
        self._household([*parents, *at_home])

    def _child(self, parents: tuple[Person, ...], birth: int) -> Person:
        rng = self._rng
        sex = rng.getrandbits(1)
        father = parents[0].name if parents[0].sex == _MAN else None
        mother = parents[-1] if parents[-1].sex == _WOMAN else None
        maiden = None
        if mother is not None:
            family = mother.former_family or mother.name.family
            maiden = PersonName(mother.name.given, mother.name.middle, family)
        name = name_of(parents[0].culture, rng, sex=sex, parents=(father, maiden))
        nationality = parents[0].nationality if rng.random() < 0.85 else None
        child = self._person(parents[0].culture, sex, name, birth, nationality=nationality)
        self._adopt(child, parents)
        if TODAY - birth < 16 * _YEAR:
            child.phone, child.former_phone = parents[-1].phone, parents[-1].former_phone
            child.email = ""
            if child.phone:
                self._relate(child.person_id, parents[-1].person_id, "shared_phone")
        return child

    def _adopt(self, child: Person, parents: tuple[Person, ...]) -> None:
        for parent in parents:
            child.parents.append(parent)
            parent.children.append(child)
            self._relate(parent.person_id, child.person_id, "parent")

    def _twin(self, first: Person, parents: tuple[Person, ...]) -> Person:
        """Make a twin: the same day, and a given name as alike as a few tries bring."""
        rng = self._rng
        sex = first.sex if rng.random() < 0.67 else 1 - first.sex
        table = first.culture.given[sex]
        tries = [draw(table, rng) for _ in range(25)]
        alike = [given for given in tries if given[:1] == first.name.given[:1]]
        given = next((one for one in alike or tries if one != first.name.given), tries[0])
        name = PersonName(
            given, first.name.middle if rng.random() < 0.5 else "",
            gendered(first.culture, first.name.family, sex),
        )  # fmt: skip
        nationality = first.nationality
        twin = self._person(first.culture, sex, name, first.birth, nationality=nationality)
        twin.birth, twin.birth_place = first.birth, first.birth_place
        self._adopt(twin, parents)
        self._relate(first.person_id, twin.person_id, "twin")
        return twin

    def _siblings(self) -> None:
        rng = self._rng
        first = self._adult(self._culture(), rng.getrandbits(1))
        people = [first]
        for _ in range(1 + int(rng.random() * 2)):
            if self._is_full():
                break
            sex = rng.getrandbits(1)
            father = PersonName(first.name.middle, "", first.name.family)
            known = (father, None) if father.given else (first.name, None)
            name = name_of(first.culture, rng, sex=sex, parents=known)
            birth = first.birth + int(_YEAR * (1 + rng.random() * 6))
            birth = min(birth, TODAY - 6600)
            nationality = first.nationality
            people.append(self._person(first.culture, sex, name, birth, nationality=nationality))
        self._link_siblings(people)
        self._household(people)

    def _link_siblings(self, people: list[Person]) -> None:
        for at, one in enumerate(people):
            for other in people[at + 1 :]:
                if one.birth != other.birth:
                    self._relate(one.person_id, other.person_id, "sibling")

    def _namesake(self, of: Person) -> None:
        """Make someone of the same full name and nationality, born at another time."""
        rng = self._rng
        birth = of.birth + int(_YEAR * (rng.random() * 24 - 12))
        birth = min(max(birth, TODAY - int(85 * _YEAR)), TODAY - 400)
        if birth == of.birth:
            birth -= 500
        name = PersonName(of.name.given, of.name.middle, of.name.family)
        person = self._person(of.culture, of.sex, name, birth, nationality=of.nationality)
        self._household([person])
        self._relate(of.person_id, person.person_id, "namesake")


def _first_of_year(day: int) -> int:
    """Return 1 January of a day's year: what papers say when the birthday is not known."""
    return date(ymd(day)[0], 1, 1).toordinal()

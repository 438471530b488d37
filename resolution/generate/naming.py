"""Gives people names by the customs of their culture: from parents, and at marriage.

Sex is 0 for a man and 1 for a woman throughout: the place in a pair of tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from resolution.generate.culture import Culture, draw


@dataclass(slots=True)
class PersonName:
    """A full name as a passport would carry it; parts may hold several tokens or none."""

    given: str
    middle: str
    family: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are not empty, given name first."""
        return tuple(part for part in (self.given, self.middle, self.family) if part)


Parents = tuple[PersonName | None, PersonName | None]
_NO_PARENTS: Parents = (None, None)


def _given(culture: Culture, rng: Random, sex: int) -> str:
    first = draw(culture.given[sex], rng)
    if culture.second_given_rate and rng.random() < culture.second_given_rate:
        second = draw(culture.given[sex], rng)
        return first if second == first else f"{first} {second}"
    return first


def _male(culture: Culture, rng: Random) -> str:
    return draw(culture.given[0], rng)


def _western(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    parent = parents[0] or parents[1]
    family = parent.family if parent else draw(culture.family, rng)
    middle = ""
    if rng.random() < culture.middle_rate:
        middle = draw(culture.middles[sex], rng)
    return PersonName(_given(culture, rng, sex), middle, gendered(culture, family, sex))


def _south_asian_muslim(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    parent = parents[0] or parents[1]
    family = parent.family if parent else draw(culture.family, rng)
    given = _given(culture, rng, sex)
    if sex:
        title = rng.random()
        if title < 0.4:
            return PersonName(given, "", draw(culture.female_titles, rng))
        return PersonName(given, draw(culture.female_titles, rng) if title < 0.55 else "", family)
    if rng.random() < 0.28:
        return PersonName(draw(culture.given[0][: len(culture.given[0]) // 12], rng), given, family)
    return PersonName(given, _male(culture, rng) if rng.random() < 0.15 else "", family)


def _sikh(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    parent = parents[0] or parents[1]
    title = "Kaur" if sex else "Singh"
    clan = parent.family if parent else draw(culture.family, rng)
    if clan in ("Singh", "Kaur", "Sing", "Kour"):
        return PersonName(_given(culture, rng, sex), "", title)
    return PersonName(_given(culture, rng, sex), title, clan)


def _arabic(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    father = parents[0]
    family = father.family if father else draw(culture.family, rng)
    chain = father.given if father else _male(culture, rng)
    if rng.random() < 0.4:
        grandfather = father.middle.split(" ")[0] if father and father.middle else ""
        chain = f"{chain} {grandfather or _male(culture, rng)}"
    return PersonName(_given(culture, rng, sex), chain, family)


def _horn(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    father = parents[0]
    return PersonName(
        _given(culture, rng, sex),
        father.given if father else _male(culture, rng),
        (father.middle if father else "") or _male(culture, rng),
    )


def _afghan(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    parent = parents[0] or parents[1]
    family = parent.family if parent else ""
    if not family and rng.random() < 0.6:
        family = draw(culture.family, rng)
    return PersonName(_given(culture, rng, sex), "", family)


def _tamil(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    father = parents[0]
    family = father.given if father else _male(culture, rng)
    return PersonName(_given(culture, rng, sex), "", family)


def _chinese(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    parent = parents[0] or parents[1]
    family = parent.family if parent else draw(culture.family, rng)
    return PersonName(draw(culture.given[sex], rng), "", family)


def _vietnamese(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    parent = parents[0] or parents[1]
    family = parent.family if parent else draw(culture.family, rng)
    middle = draw(culture.middles[sex], rng)
    return PersonName(draw(culture.given[sex], rng), middle, family)


_PATRONYMIC_ENDINGS = (
    ("iy", "iyevich", "iyevna"), ("ey", "eyevich", "eyevna"), ("ei", "eyevich", "eyevna"),
    ("ii", "iyevich", "iyivna"), ("y", "yevich", "yevna"), ("i", "yevich", "yevna"),
    ("a", "ych", "ychna"), ("o", "ovych", "ivna"),
)  # fmt: skip


def patronymic(father: str, sex: int) -> str:
    """Return the Slavic patronymic of a father's given name."""
    for ending, son, daughter in _PATRONYMIC_ENDINGS:
        if father.endswith(ending):
            return father[: -len(ending)] + (daughter if sex else son)
    return father + ("ovna" if sex else "ovich")


def _slavic(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    father, mother = parents
    parent = father or mother
    family = parent.family if parent else draw(culture.family, rng)
    fathers_name = father.given if father else _male(culture, rng)
    return PersonName(
        draw(culture.given[sex], rng),
        patronymic(fathers_name, sex),
        gendered(culture, family, sex),
    )


def _double(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    """Spanish: the father's first family name, then the mother's."""
    fathers, mothers = (
        parent.family.split("  ")[0] if parent else draw(culture.family, rng) for parent in parents
    )
    # Two blanks part the two family names, each of which may hold blanks of its own.
    return PersonName(_given(culture, rng, sex), "", f"{fathers}  {mothers}")


def _portuguese(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    fathers, mothers = (
        parent.family.split("  ")[-1] if parent else draw(culture.family, rng) for parent in parents
    )
    return PersonName(_given(culture, rng, sex), "", f"{mothers}  {fathers}")


def _filipino(culture: Culture, rng: Random, sex: int, parents: Parents) -> PersonName:
    father, mother = parents
    return PersonName(
        _given(culture, rng, sex),
        mother.family if mother else draw(culture.family, rng),
        father.family if father else draw(culture.family, rng),
    )


_STRUCTURES: dict[str, Callable[[Culture, Random, int, Parents], PersonName]] = {
    "western": _western,
    "south_asian_muslim": _south_asian_muslim,
    "sikh": _sikh,
    "arabic": _arabic,
    "horn": _horn,
    "afghan": _afghan,
    "tamil": _tamil,
    "chinese": _chinese,
    "vietnamese": _vietnamese,
    "slavic": _slavic,
    "hispanic": _double,
    "portuguese": _portuguese,
    "filipino": _filipino,
}


def gendered(culture: Culture, family: str, sex: int) -> str:
    """Put a family name in the form of the bearer's sex, where the culture has two forms."""
    if culture.structure == "slavic":
        if family.endswith(("ov", "ev", "in", "ova", "eva", "ina")):
            man = family.removesuffix("a")
            return man + "a" if sex else man
        if family.endswith(("sky", "skaya")):
            return family.removesuffix("y").removesuffix("aya") + ("aya" if sex else "y")
    for man, woman in culture.gendered:
        if sex and family.endswith(man):
            return family.removesuffix(man) + woman
        if not sex and family.endswith(woman):
            return family.removesuffix(woman) + man
    return family


def name_of(
    culture: Culture, rng: Random, *, sex: int, parents: Parents = _NO_PARENTS
) -> PersonName:
    """Give a name to a person of a culture; parents are (father, mother), each if known."""
    return _STRUCTURES[culture.structure](culture, rng, sex, parents)

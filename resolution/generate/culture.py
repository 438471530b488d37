"""Loads the name cultures: which names people bear, how often, and how they are spelt."""

import functools
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from resolution.generate.scripts import native_token
from resolution.generate.spellings import respell_by_rule

_FOLDER = Path(__file__).parent / "cultures"
# A table of this many slots stands for a distribution: drawing is one multiplication.
_SLOTS = 8192
# The share of people whose name is none of the listed ones. Assumed.
_TAIL_SHARE = 0.14
# How far the commonest spelling of a name outweighs the others. Assumed.
_FIRST_SPELLING_SHARE = 0.5

Table = tuple[str, ...]


def draw(table: Table, rng: Random) -> str:
    """Draw one entry of a table."""
    return table[int(rng.random() * len(table))]


@dataclass(frozen=True, slots=True, eq=False)
class Culture:
    """One name culture: tables to draw from, and what is known of each name in them."""

    name: str
    share: float
    structure: str
    script: str
    calendar: str
    wife_takes_name: float
    middle_rate: float
    second_given_rate: float
    unknown_birthday: float
    nationalities: Table
    places: Table
    given: tuple[Table, Table]  # of men, of women
    middles: tuple[Table, Table]
    family: Table
    female_titles: Table
    english_names: Table
    gendered: tuple[tuple[str, str], ...]  # endings of men's and women's family names
    spellings: dict[str, tuple[str, ...]]
    natives: dict[str, str]
    nicknames: dict[str, tuple[str, ...]]

    def other_spellings(self, token: str) -> tuple[str, ...]:
        """Return the other ways of writing a name in Latin letters, most usual first."""
        known = self.spellings.get(token)
        return respell_by_rule(token, self.structure, self.script) if known is None else known

    def native(self, token: str) -> str:
        """Return a name in its own script; the name itself when that is Latin."""
        return self.natives.get(token) or native_token(token, self.script)


def _tokens(words: object) -> list[str]:
    return [word.replace("_", " ") for word in str(words or "").split()]


def _shares(weights: dict[str, float]) -> Table:
    """Turn weights into a table, every entry with a slot at least."""
    total = sum(weights.values())
    table: list[str] = []
    for entry, weight in weights.items():
        table += [entry] * max(1, round(_SLOTS * weight / total))
    return tuple(table)


class _Reader:
    """Reads the name lists of one culture, noting spellings and native forms as it goes."""

    def __init__(self) -> None:
        self.spellings: dict[str, tuple[str, ...]] = {}
        self.natives: dict[str, str] = {}

    def groups(self, words: object) -> list[list[str]]:
        """Read "Mohammed/Muhammad=native" words into groups of spellings of one name."""
        groups = []
        for word in _tokens(words):
            names, _, native = word.partition("=")
            spellings = names.split("/")
            groups.append(spellings)
            for spelling in spellings:
                others = tuple(other for other in spellings if other != spelling)
                if others:
                    self.spellings.setdefault(spelling, others)
                if native:
                    self.natives.setdefault(spelling, native)
        return groups

    def tail(self, parts: dict[str, str] | None) -> list[list[str]]:
        """Compose the rare names: every beginning with every ending."""
        if not parts:
            return []
        composed = []
        for starts in _tokens(parts["starts"]):
            for ends in _tokens(parts["ends"]):
                group = [(start + ends).strip() for start in starts.split("/")]
                composed.append(group)
                for spelling in group if len(group) > 1 else ():
                    others = tuple(other for other in group if other != spelling)
                    self.spellings.setdefault(spelling, others)
        return composed

    def table(self, words: object, parts: dict[str, str] | None, exponent: float) -> Table:
        """Build the Zipf-like table of a list of names and its composed tail."""
        head, tail = self.groups(words), self.tail(parts)
        weights: dict[str, float] = {}
        raw = [1.0 / (rank + 3.0) ** exponent for rank in range(len(head))]
        scale = (1.0 - (_TAIL_SHARE if tail else 0.0)) / (sum(raw) or 1.0)
        _spread(weights, head, [weight * scale for weight in raw])
        _spread(weights, tail, [_TAIL_SHARE / max(1, len(tail))] * len(tail))
        return _shares(weights) if weights else ()


def _spread(weights: dict[str, float], groups: list[list[str]], of_group: list[float]) -> None:
    for spellings, weight in zip(groups, of_group, strict=True):
        rest = len(spellings) - 1
        first = weight if rest == 0 else weight * _FIRST_SPELLING_SHARE
        weights[spellings[0]] = weights.get(spellings[0], 0.0) + first
        for spelling in spellings[1:]:
            weights[spelling] = weights.get(spelling, 0.0) + (weight - first) / rest


def _syllable_names(reader: _Reader, syllables: str) -> Table:
    """Compose Chinese given names of one or two syllables, with their characters."""
    parts = [tuple(word.split("=")) for word in syllables.split()]
    weights: dict[str, float] = {}
    for rank, (sound, sign) in enumerate(parts):
        weights[sound] = weights.get(sound, 0.0) + 0.25 / (rank + 8)
        reader.natives.setdefault(sound, sign)
        for second_rank, (second, second_sign) in enumerate(parts):
            name = sound + second.lower()
            weights[name] = weights.get(name, 0.0) + 9.0 / ((rank + 12) * (second_rank + 12))
            reader.natives.setdefault(name, sign + second_sign)
            old = (respell_by_rule(sound, "chinese", "Hani") or (sound,))[0]
            old_second = (respell_by_rule(second, "chinese", "Hani") or (second,))[0]
            others = (f"{sound} {second}", f"{old}-{old_second.lower()}", f"{sound}-{second}")
            reader.spellings.setdefault(name, others)
    return _shares(weights)


def _nicknames(words: object) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for word in _tokens(words):
        name, _, nickname = word.partition("=")
        known[name] = (*known.get(name, ()), nickname)
    return known


def _given_tables(facts: dict[str, Any], reader: _Reader) -> tuple[Table, Table]:
    if "syllables_male" in facts:
        men = _syllable_names(reader, facts["syllables_male"])
        return men, _syllable_names(reader, facts["syllables_female"])
    men = reader.table(facts["male"], facts.get("tail_male"), 0.9)
    return men, reader.table(facts["female"], facts.get("tail_female"), 0.9)


def _culture(name: str, facts: dict[str, Any]) -> Culture:
    reader = _Reader()
    family = reader.table(
        facts.get("family"), facts.get("tail_family"), facts.get("family_exponent", 0.9)
    )
    given = _given_tables(facts, reader)
    either = _tokens(facts.get("middles"))
    titles = reader.table(facts.get("female_titles"), None, 0.9)
    return Culture(
        name=name,
        share=facts["share"],
        structure=facts["structure"],
        script=facts.get("script", "Latn"),
        calendar=facts.get("calendar", "gregorian"),
        wife_takes_name=facts.get("wife_takes_name", 0.0),
        middle_rate=facts.get("middle_rate", 0.45),
        second_given_rate=facts.get("second_given_rate", 0.0),
        unknown_birthday=facts.get("unknown_birthday", 0.0),
        nationalities=_shares(facts["nationalities"]),
        places=tuple(_tokens(facts["places"])),
        given=given,
        middles=(
            tuple(_tokens(facts.get("middles_male")) or either or given[0]),
            tuple(_tokens(facts.get("middles_female")) or either or given[1]),
        ),
        family=family,
        female_titles=titles,
        english_names=tuple(_tokens(facts.get("english_names"))),
        gendered=tuple(
            (men, women)
            for men, _, women in (word.partition("=") for word in _tokens(facts.get("gendered")))
        ),
        spellings=reader.spellings,
        natives=reader.natives,
        nicknames=_nicknames(facts.get("nicknames")),
    )


@functools.cache
def cultures() -> tuple[Culture, ...]:
    """Return every culture, in the order of their names."""
    files = sorted(_FOLDER.glob("*.yaml"))
    return tuple(
        _culture(file.stem, yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files
    )


@functools.cache
def culture_table() -> tuple[Culture, ...]:
    """Return the cultures as a table to draw from, by their shares."""
    table: list[Culture] = []
    for culture in cultures():
        table += [culture] * round(culture.share * 20)
    return tuple(table)

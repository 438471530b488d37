"""Chooses the people of generated data whose records are to be merged falsely, by kind."""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv

KINDS = (
    "random pair", "namesakes", "twins", "one household", "parent and child of one name",
    "through one wrong record", "one record moved",
)  # fmt: skip


@dataclass(slots=True)
class FalseMerge:
    """One false merge to be made: records of two people in one identity."""

    kind: str
    identity_id: str
    ours: list[str]
    theirs: list[str]


class Chooser:
    """Finds pairs of people of whom nobody was merged yet; whoever was is not used again."""

    def __init__(
        self,
        data: Path,
        members: Mapping[str, Sequence[str]],
        truth: Mapping[str, str],
        chance: random.Random,
    ) -> None:
        """Take the identities of one person each, and what is known of people in `data`."""
        self._chance = chance
        self._members = members
        # of a person in several identities, the one with most records
        self._identity_of: dict[str, str] = {}
        for identity_id, ids in sorted(members.items(), key=lambda one: len(one[1])):
            self._identity_of[truth[ids[0]]] = identity_id
        self._used: set[str] = set()
        people = pa_csv.read_csv(data / "truth" / "people.csv").to_pylist()
        self._sex = {one["person_id"]: one["sex"] for one in people}
        self._related = _related(data / "truth" / "relations.csv", people)

    def choose(self, kind: str, n_wanted: int) -> Iterator[FalseMerge]:
        """Give so many merges of a kind, or as many as there are people for."""
        for one, other in self._pairs(kind):
            if n_wanted == 0:
                return
            ours, theirs = (self._identity_of.get(person) for person in (one, other))
            if ours is None or theirs is None or ours == theirs or {ours, theirs} & self._used:
                continue
            moved = list(self._members[theirs])
            if kind in ("through one wrong record", "one record moved") and len(moved) < 2:
                continue
            self._used |= {ours, theirs}
            n_wanted -= 1
            if kind == "one record moved":
                moved = [self._chance.choice(moved)]
            yield FalseMerge(kind, ours, list(self._members[ours]), moved)

    def _pairs(self, kind: str) -> Iterable[tuple[str, str]]:
        if kind in ("random pair", "through one wrong record"):
            return self._anybody()
        if kind == "one record moved":
            return (
                pair
                for both in zip(self._anybody(), self._shuffled("any relation"), strict=False)
                for pair in both
            )
        found = self._shuffled(kind)
        if kind == "parent and child of one name":
            return [(a, b) for a, b in found if self._sex[a] == self._sex[b]]
        return found

    def _anybody(self) -> Iterator[tuple[str, str]]:
        people = sorted(self._identity_of)
        while True:
            yield self._chance.choice(people), self._chance.choice(people)

    def _shuffled(self, kind: str) -> list[tuple[str, str]]:
        found = sorted(self._related[kind])
        self._chance.shuffle(found)
        return found


def _related(file: Path, people: Sequence[dict[str, Any]]) -> dict[str, set[tuple[str, str]]]:
    """Return pairs of people by the kind of false merge they may give."""
    kinds = {
        "namesake": "namesakes", "twin": "twins", "spouse": "one household",
        "sibling": "one household", "household": "one household",
        "parent": "parent and child of one name",
    }  # fmt: skip
    related: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in pa_csv.read_csv(file).to_pylist():
        pair = (row["person_id"], row["other_person_id"])
        if row["kind"] in kinds:
            related[kinds[row["kind"]]].add(pair)
            related["any relation"].add(pair)
    by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in people:
        by_name[one["given"], one["family"]].append(one["person_id"])
    for same in by_name.values():
        related["namesakes"] |= set(itertools.pairwise(same))
    return related

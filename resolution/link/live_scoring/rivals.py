"""What two sources tell of a pair, worked out for the few pairs that a live write touches.

The same weights as `source_evidence` works out in tables, of the same frozen figures: there for all
pairs of a run, here on demand from the candidates around a record. Held to each other by tests.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from resolution.link.source_evidence import (
    HIGHEST_WEIGHT,
    MOST_OF_RIVALS,
    MOST_OF_SOURCES,
    PARTS,
)


class Candidate(NamedTuple):
    """A pair as seen from one of its ends.

    Attributes:
        is_blocked: whether a blocking rule brings the pair together.
    """

    match_weight: float
    is_blocked: bool


Candidates = Callable[[str, str], Mapping[str, Candidate]]
"""Gives, of a record, every person record of a source that shares a usable blocking key with it."""


@dataclass(frozen=True, slots=True)
class _Told:
    prior_weight: float
    covered: float
    repeated: float

    @property
    def tells(self) -> bool:
        """Tell whether rivals, or that there are none, change anything."""
        return self.covered > 0.0 or self.repeated < 1.0

    def weight(self, others: int) -> float:
        """Return what the other candidates of one end say of a pair, as log2 odds."""
        odds = max(0, others) / PARTS
        return math.log2((1.0 + self.repeated * odds) / (1.0 - self.covered + odds))


class SourceFigures:
    """What is frozen with a match model about every two sources."""

    def __init__(self, sources: pa.Table, *, link_weight: float) -> None:
        """Read a table of SOURCE_PAIRS."""
        self._told = {
            (row["source"], row["other"]): _Told(
                row["prior_weight"], row["covered"], row["repeated"]
            )
            for row in sources.to_pylist()
        }
        self._least = link_weight - MOST_OF_RIVALS

    def told(self, source: str, other: str) -> _Told | None:
        """Return what is known of the records of a source and another; None for a new source."""
        return self._told.get((source, other))

    def is_rival(self, source: str, other: str, candidate: Candidate) -> bool:
        """Tell whether a pair of records of these sources is a rival of their other pairs."""
        told = self.told(source, other)
        return (
            told is not None
            and candidate.is_blocked
            and source != other
            and candidate.match_weight >= self._least - MOST_OF_SOURCES
            and candidate.match_weight + told.prior_weight >= self._least
        )

    def alone(self, source: str, other: str, match_weight: float) -> float:
        """Return the source weight of a pair that is nobody's rival, outside components."""
        told = self.told(source, other)
        if told is None or match_weight < self._least - MOST_OF_SOURCES:
            return 0.0
        return told.prior_weight


class RivalOdds:
    """The odds around records in one state of the store; works out what is asked for, once."""

    def __init__(
        self, figures: SourceFigures, candidates: Candidates, source_of: Callable[[str], str]
    ) -> None:
        """Take the state.

        Args:
            figures: of the match model.
            candidates: asked for the candidates of a record.
            source_of: the source of a record id.
        """
        self._figures = figures
        self._candidates = candidates
        self._source_of = source_of
        self._rivals: dict[tuple[str, str], dict[str, float]] = {}
        self._first: dict[tuple[str, str], int] = {}
        self._second: dict[tuple[str, str], int] = {}

    def rivals(self, record_id: str, source: str) -> Mapping[str, float]:
        """Return weight by record: the rivals of each other for a record in another source."""
        place = (record_id, source)
        if place not in self._rivals:
            own = self._source_of(record_id)
            told = self._figures.told(own, source)
            found: dict[str, float] = {}
            if told is not None and own != source:
                for other, candidate in self._candidates(record_id, source).items():
                    if self._figures.is_rival(own, source, candidate):
                        found[other] = candidate.match_weight + told.prior_weight
            self._rivals[place] = found
        return self._rivals[place]

    def weight(self, left: str, right: str, candidate: Candidate, *, is_inside: bool) -> float:
        """Return the source weight of a pair.

        Args:
            left: one record.
            right: the other.
            candidate: the pair.
            is_inside: whether both are of one component.
        """
        one, other = self._source_of(left), self._source_of(right)
        told = self._figures.told(one, other)
        if told is None:
            return 0.0
        if self._figures.is_rival(one, other, candidate):
            return told.prior_weight + self._of_rivals(left, right, takes_part=True)
        if not is_inside:
            return self._figures.alone(one, other, candidate.match_weight)
        return told.prior_weight + self._of_rivals(left, right, takes_part=False)

    def _of_rivals(self, left: str, right: str, *, takes_part: bool) -> float:
        summed = sum(
            self._said(end, other, takes_part=takes_part)
            for end, other in ((left, right), (right, left))
        )
        return max(-MOST_OF_RIVALS, min(MOST_OF_RIVALS, summed))

    def _said(self, end: str, other: str, *, takes_part: bool) -> float:
        """Return what the rivals at one end of a pair say of it; the pair may be one of them."""
        source = self._source_of(other)
        told = self._figures.told(self._source_of(end), source)
        if told is None or not told.tells:
            return 0.0
        own = 0
        if takes_part:
            own = _odds(self.rivals(end, source)[other] + self._first_said(other, end))
        return told.weight(self._second_odds(end, source) - own)

    def _first_said(self, end: str, other: str) -> float:
        """Return what the rivals at one end say of a rival pair, before they were weighed anew."""
        source = self._source_of(other)
        told = self._figures.told(self._source_of(end), source)
        if told is None or not told.tells:
            return 0.0
        place = (end, source)
        rivals = self.rivals(end, source)
        if place not in self._first:
            self._first[place] = sum(map(_odds, rivals.values()))
        return told.weight(self._first[place] - _odds(rivals[other]))

    def _second_odds(self, record_id: str, source: str) -> int:
        """Return the odds that a record's match in a source is there: rivals matched elsewhere."""
        place = (record_id, source)
        if place not in self._second:
            self._second[place] = sum(
                _odds(weight + self._first_said(other, record_id))
                for other, weight in self.rivals(record_id, source).items()
            )
        return self._second[place]

    def touched_by(self, changed: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
        """Return where odds may differ from what they were, as (record, source of its rivals).

        Args:
            changed: records that arrived, changed or went, each with those that were its rivals
                before or are now.
        """
        first: set[tuple[str, str]] = set()
        for record_id, rivals in changed.items():
            own = self._source_of(record_id)
            for rival in rivals:
                first.update(((rival, own), (record_id, self._source_of(rival))))
        touched = set(first)
        for record_id, source in first:
            if self._is_told_at(record_id, source):
                own = self._source_of(record_id)
                touched.update((rival, own) for rival in self.rivals(record_id, source))
        return {place for place in touched if self._is_told_at(*place)}

    def _is_told_at(self, record_id: str, source: str) -> bool:
        told = self._figures.told(self._source_of(record_id), source)
        return told is not None and told.tells


def _odds(weight: float) -> int:
    return round(math.pow(2.0, min(HIGHEST_WEIGHT, weight)) * PARTS)

"""One component as every clustering here takes it: records, compared pairs, a link weight."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Groups = list[set[int]]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Component:
    """Records and the pairs compared among them (smaller record first)."""

    records: Sequence[int]
    weights: Mapping[Pair, float]
    link_weight: float

    @cached_property
    def links(self) -> list[tuple[float, Pair]]:
        """Pairs at or above the link weight, strongest first, ties in order of records."""
        linked = [(w, pair) for pair, w in self.weights.items() if w >= self.link_weight]
        return sorted(linked, key=lambda item: (-item[0], item[1]))

    @cached_property
    def neighbours(self) -> dict[int, dict[int, float]]:
        """What each record is linked to, and how strongly."""
        found: dict[int, dict[int, float]] = {record: {} for record in self.records}
        for weight, (left, right) in self.links:
            found[left][right] = found[right][left] = weight
        return found

    @cached_property
    def agrees(self) -> bool:
        """Whether every compared pair is linked, so that nothing speaks against one group."""
        return len(self.links) == len(self.weights)

    @cached_property
    def gains(self) -> dict[int, dict[int, float]]:
        """The evidence for two records being together, by each record compared with another."""
        found: dict[int, dict[int, float]] = {record: {} for record in self.records}
        for (left, right), weight in self.weights.items():
            found[left][right] = found[right][left] = weight - self.link_weight
        return found


def by_label(component: Component, label: Callable[[int], int]) -> Groups:
    """Return the groups of records that have the same label."""
    groups: defaultdict[int, set[int]] = defaultdict(set)
    for record in component.records:
        groups[label(record)].add(record)
    return list(groups.values())

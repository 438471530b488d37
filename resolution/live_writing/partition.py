"""Parts the people around some records anew: pairs, components, clusters.

The same steps as the batch takes, on the pairs that a write can have changed. What is stored of all
other pairs is what a run would find.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol

from models.match_model.package import MatchModelPackage
from models.prediction import PairwisePrediction, Thresholds
from resolution.cluster.agglomerate import ComparedPair
from resolution.cluster.clustering import LARGEST_COMPLETED
from resolution.cluster.one_component import part_component
from resolution.link.live_scoring.rivals import Candidate, RivalOdds, SourceFigures
from resolution.live_writing.state import State, ordered, source_of

Pair = tuple[str, str]


class Constraints(Protocol):
    """What people decided of records that are there."""

    def same_as(self, record_id: str) -> Collection[str]:
        """Return the records that a decision chains to this one."""
        ...

    def other_than(self, record_id: str) -> Collection[str]:
        """Return the records that a decision holds apart from this one."""
        ...


@dataclass(slots=True)
class Parted:
    """What became of the records concerned.

    Attributes:
        clusters: sorted record ids of each.
        links: predictions that are new or weigh otherwise.
        gone: pairs whose predictions are stored no more.
    """

    clusters: list[list[str]] = field(default_factory=list)
    links: list[PairwisePrediction] = field(default_factory=list)
    gone: list[Pair] = field(default_factory=list)


class Partition:
    """Parts the people around records that arrive, change or go, or were decided on."""

    def __init__(self, state: State, package: MatchModelPackage, constraints: Constraints) -> None:
        """Take the state, in which the records are already what they will be."""
        self._state = state
        self._thresholds: Thresholds = package.thresholds
        self._constraints = constraints
        self._figures = SourceFigures(
            package.frequencies["sources"], link_weight=package.thresholds.link_weight
        )
        self._odds = RivalOdds(self._figures, state.candidates_in, source_of)
        self._fresh: dict[Pair, tuple[float, float]] = {}
        self._touched: set[tuple[str, str]] = set()

    def part(
        self,
        arriving: Sequence[str],
        former: Mapping[str, Mapping[str, Candidate]],
        decided: Iterable[str],
    ) -> Parted:
        """Part what the write concerns.

        Args:
            arriving: person records that arrive or change; they are served by the state.
            former: of every record that was there before, its candidates of then.
            decided: records whose constraints changed.
        """
        self._weigh(arriving, former)
        left_behind = [
            other
            for record_id in former
            for other, link in self._state.links(record_id).items()
            if self._joins(link) and other not in former
        ]
        written = set(arriving)
        ends = [end for pair in self._fresh if written.isdisjoint(pair) for end in pair]
        components = self._components([*arriving, *left_behind, *ends, *decided])
        parted = Parted()
        inside: dict[str, int] = {}
        for place, members in enumerate(components):
            inside |= dict.fromkeys(members, place)
            self._part_one(members, parted)
        self._part_links(inside, former, parted)
        return parted

    def _weigh(
        self, arriving: Sequence[str], former: Mapping[str, Mapping[str, Candidate]]
    ) -> None:
        """Weigh every pair that the write can have changed, as if outside components."""
        changed: dict[str, set[str]] = {}
        for record_id in {*arriving, *former}:
            now = self._state.candidates(record_id)
            changed[record_id] = {
                other
                for candidates in (now, former.get(record_id, {}))
                for other, candidate in candidates.items()
                if self._figures.is_rival(source_of(record_id), source_of(other), candidate)
            }
        self._touched = self._odds.touched_by(changed)
        for record_id in arriving:
            for other, candidate in self._state.candidates(record_id).items():
                self._weigh_pair(record_id, other, candidate)
        for record_id, source in self._touched:
            for other in self._odds.rivals(record_id, source):
                candidate = self._state.candidates_in(record_id, source)[other]
                self._weigh_pair(record_id, other, candidate)

    def _weigh_pair(self, one: str, other: str, candidate: Candidate) -> None:
        left, right = ordered(one, other)
        if (left, right) not in self._fresh:
            weight = self._odds.weight(left, right, candidate, is_inside=False)
            self._fresh[left, right] = (candidate.match_weight, weight)

    def _joins(self, link: PairwisePrediction) -> bool:
        return link.blocking_rule is not None and link.evidence >= self._thresholds.link_weight

    def _components(self, seeds: Iterable[str]) -> list[list[str]]:
        """Return the components that hold the seeds: what joining pairs and must-links connect."""
        fresh: dict[str, list[str]] = {}
        for (left, right), (match_weight, source_weight) in self._fresh.items():
            if match_weight + source_weight >= self._thresholds.link_weight:
                fresh.setdefault(left, []).append(right)
                fresh.setdefault(right, []).append(left)
        seen: set[str] = set()
        components = []
        for seed in seeds:
            if seed in seen:
                continue
            seen.add(seed)
            members = [seed]
            for record_id in members:
                for other in self._joined_to(record_id, fresh):
                    if other not in seen:
                        seen.add(other)
                        members.append(other)
            components.append(sorted(members))
        return sorted(components)

    def _joined_to(self, record_id: str, fresh: Mapping[str, Sequence[str]]) -> Iterable[str]:
        yield from fresh.get(record_id, ())
        yield from self._constraints.same_as(record_id)
        if not self._state.is_arriving(record_id):
            for other, link in self._state.links(record_id).items():
                is_stale = (
                    self._state.is_arriving(other) or ordered(record_id, other) in self._fresh
                )
                if self._joins(link) and not is_stale:
                    yield other

    def _part_one(self, members: Sequence[str], parted: Parted) -> None:
        """Part one component, and note the predictions of all its pairs."""
        if len(members) == 1:
            parted.clusters.append(list(members))
            return
        number = {record_id: place for place, record_id in enumerate(members)}
        pairs: list[ComparedPair] = []
        must: list[tuple[int, int]] = []
        cannot: list[tuple[int, int]] = []
        was_with = self._state.view.identities_of(members)
        for left, right in combinations(members, 2):
            ends = number[left], number[right]
            if right in self._constraints.same_as(left):
                must.append(ends)
            if right in self._constraints.other_than(left):
                cannot.append(ends)
            if not self._state.may_be_compared(left, right):
                cannot.append(ends)
                continue
            is_old = was_with.get(left) == was_with.get(right) is not None
            link = self._inside(left, right, n_members=len(members), is_old=is_old)
            if link is None:
                if right in self._state.links(left):
                    parted.gone.append((left, right))
            else:
                parted.links += self._new(link)
                contradictions = self._state.contradictions(left, right)
                pairs.append(ComparedPair(*ends, link.evidence, contradictions))
        clusters: dict[int, list[str]] = {}
        cluster_of = part_component(
            range(len(members)), pairs, thresholds=self._thresholds, must_link=must,
            cannot_link=cannot,
        )  # fmt: skip
        for node, cluster in cluster_of.items():
            clusters.setdefault(cluster, []).append(members[node])
        parted.clusters += [sorted(cluster) for cluster in clusters.values()]

    def _inside(
        self, left: str, right: str, *, n_members: int, is_old: bool
    ) -> PairwisePrediction | None:
        """Return what a pair inside a component counts; None for one that no run would score.

        Args:
            left: the smaller record id.
            right: the other.
            n_members: the size of the component.
            is_old: whether both were in one identity, so that what is stored is of inside.
        """
        stored = self._stored(left, right)
        fresh = self._fresh.get((left, right))
        if fresh is not None:
            candidate = Candidate(fresh[0], is_blocked=True)
        elif stored is not None:
            if is_old and not self._is_touched(left, right):
                return stored
            candidate = Candidate(stored.match_weight, stored.blocking_rule is not None)
        else:
            candidate = self._state.pair(left, right)
            if not candidate.is_blocked and not 3 <= n_members <= LARGEST_COMPLETED:
                return None
        source_weight = self._odds.weight(left, right, candidate, is_inside=True)
        return self._prediction(left, right, candidate, source_weight)

    def _prediction(
        self, left: str, right: str, candidate: Candidate, source_weight: float
    ) -> PairwisePrediction:
        stored = self._stored(left, right)
        if stored is not None:
            rule = stored.blocking_rule
        else:
            rule = self._state.rule(left, right) if candidate.is_blocked else None
        return PairwisePrediction(left, right, candidate.match_weight, rule, source_weight)

    def _stored(self, left: str, right: str) -> PairwisePrediction | None:
        """Return what is stored of a pair, unless one of its records is another now."""
        if self._state.is_arriving(left) or self._state.is_arriving(right):
            return None
        return self._state.links(left).get(right)

    def _is_touched(self, left: str, right: str) -> bool:
        return (left, source_of(right)) in self._touched or (
            right,
            source_of(left),
        ) in self._touched

    def _new(self, link: PairwisePrediction) -> list[PairwisePrediction]:
        """Return a prediction that is to be stored, unless it is."""
        is_known = self._state.links(link.left_id).get(link.right_id) == link
        return [] if is_known else [link]

    def _part_links(
        self,
        inside: Mapping[str, int],
        former: Mapping[str, Mapping[str, Candidate]],
        parted: Parted,
    ) -> None:
        """Note what becomes of predictions that lead out of components."""
        kept = {(link.left_id, link.right_id) for link in parted.links}
        for (left, right), (match_weight, source_weight) in self._fresh.items():
            if not _together(left, right, inside):
                kept.add((left, right))
                candidate = Candidate(match_weight, is_blocked=True)
                self._keep_outside(left, right, candidate, source_weight, parted)
        for record_id in former:
            for other in self._state.links(record_id):
                pair = ordered(record_id, other)
                if pair not in kept and not _stays(pair, self._fresh, inside):
                    kept.add(pair)
                    parted.gone.append(pair)
        for record_id in inside:
            for other, link in self._state.links(record_id).items():
                pair = ordered(record_id, other)
                is_settled = pair in kept or _together(*pair, inside)
                if not is_settled and self._stored(*pair) is not None:
                    kept.add(pair)
                    self._part_from(link, parted)

    def _part_from(self, link: PairwisePrediction, parted: Parted) -> None:
        """Note what becomes of a stored pair that is not, or no more, of one component."""
        left, right = link.left_id, link.right_id
        if link.blocking_rule is None:
            parted.gone.append((left, right))
            return
        candidate = Candidate(link.match_weight, is_blocked=True)
        source_weight = link.source_weight
        if not self._figures.is_rival(source_of(left), source_of(right), candidate):
            source_weight = self._odds.weight(left, right, candidate, is_inside=False)
        self._keep_outside(left, right, candidate, source_weight, parted)

    def _keep_outside(
        self, left: str, right: str, candidate: Candidate, source_weight: float, parted: Parted
    ) -> None:
        """Keep a pair that is of no one component if people should see it."""
        match_weight = candidate.match_weight
        if max(match_weight, match_weight + source_weight) >= self._thresholds.review_weight:
            parted.links += self._new(self._prediction(left, right, candidate, source_weight))
        elif right in self._state.links(left):
            parted.gone.append((left, right))


def _together(left: str, right: str, inside: Mapping[str, int]) -> bool:
    return left in inside and inside[left] == inside.get(right)


def _stays(pair: Pair, fresh: Mapping[Pair, object], inside: Mapping[str, int]) -> bool:
    """Tell whether a former pair is still one: weighed anew, or inside a component."""
    return pair in fresh or _together(*pair, inside)

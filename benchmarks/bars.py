"""The bars that accuracy is to reach, each beside what was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.reporting import OURS, PLAIN, Outcome
from benchmarks.tables import SPREAD_OF, markdown
from resolution.evaluate.scores import PairScores

Measure = Callable[[Outcome], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of ours and the least it should be.

    Attributes:
        applies_to: how the name of a set starts.
    """

    applies_to: str
    figure: str
    of: Measure
    least: float


def _f1(outcome: Outcome) -> float:
    return outcome.default.pairs.f1


def _b_cubed(outcome: Outcome) -> float:
    return outcome.default.b_cubed.f1


def _of_one_person(outcome: Outcome) -> float:
    return outcome.default.clusters.of_one_person


BARS = (
    Bar("febrl4", "pairwise F1", _f1, 0.999),
    Bar("historical_50k", "pairwise F1", _f1, 0.85),
    Bar("historical_50k", "B³ F1", _b_cubed, 0.89),
    Bar("census_ssa", "pairwise F1", _f1, 0.99),
    Bar("generated, default", "pairwise F1", _f1, 0.95),
    Bar("generated, default", "B³ F1", _b_cubed, 0.97),
    Bar("generated, default", "clusters of one person only", _of_one_person, 0.99),
)
MOST_OF_PLAINS_FALSE_LINKS = 0.1
MOST_SPREAD = 0.005


def bars_table(outcomes: Sequence[Outcome]) -> str:
    """Return one row for each bar that these outcomes can be held to; empty for none."""
    rows = [
        _row(outcome.record_set, bar.figure, f"≥ {bar.least}", bar.of(outcome), at_least=bar.least)
        for outcome in outcomes
        if outcome.tool == OURS
        for bar in BARS
        if outcome.record_set.startswith(bar.applies_to)
    ]
    rows += _first_places(outcomes) + _hostile(outcomes) + _spreads(outcomes)
    return markdown(["set", "figure", "bar", "measured", "reached"], rows) if rows else ""


def _row(record_set: str, figure: str, bar: str, measured: float, *, at_least: float) -> list[str]:
    return [record_set, figure, bar, f"{measured:.4f}", "yes" if measured >= at_least else "NO"]


def _first_places(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Hold ours to the best of the others at their default thresholds."""
    rows = []
    for ours in (outcome for outcome in outcomes if outcome.tool == OURS):
        others = [
            outcome
            for outcome in outcomes
            if outcome.record_set == ours.record_set and outcome.tool.startswith(PLAIN)
        ]
        for figure, of in (("pairwise F1", _f1), ("B³ F1", _b_cubed)):
            best = max(map(of, others))
            name = f"{figure}, plain Splink's"
            rows.append(_row(ours.record_set, name, f"≥ {best:.4f}", of(ours), at_least=best))
    return rows


def _hostile(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Hold our false links to a share of plain Splink's where its recall is ours, and ours its."""
    ours = {outcome.record_set: outcome for outcome in outcomes if outcome.tool == OURS}
    rows = []
    for other in outcomes:
        if not other.record_set.startswith("generated, hostile") or other.at_our_recall is None:
            continue
        own = ours[other.record_set]
        theirs = other.at_our_recall.accuracy.pairs
        # Where there is no threshold at which one's recall is the other's, the table says so.
        if theirs.recall >= own.default.pairs.recall:
            rows.append(_false_links(other, "our recall", own.default.pairs, theirs))
        at_their_recall = own.highest_with_recall(other.default.pairs.recall)
        if at_their_recall:
            mine = at_their_recall.accuracy.pairs
            rows.append(_false_links(other, "its default's recall", mine, other.default.pairs))
    return rows


def _false_links(other: Outcome, where: str, mine: PairScores, theirs: PairScores) -> list[str]:
    share = mine.n_false_links / theirs.n_false_links if theirs.n_false_links else 1.0
    reached = "yes" if share <= MOST_OF_PLAINS_FALSE_LINKS else "NO"
    figure = f"false links, of those of {other.tool} at {where}"
    bar = f"≤ {MOST_OF_PLAINS_FALSE_LINKS}"
    return [other.record_set, figure, bar, f"{share:.4f}", reached]


def _spreads(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Hold the figures of one level to each other over its seeds."""
    by_level: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        level, _, seed = outcome.record_set.partition(", seed ")
        if seed and outcome.tool == OURS:
            by_level.setdefault(level, []).append(outcome)
    rows = []
    for level, group in by_level.items():
        if len(group) < 2:
            continue
        for figure in ("F1", "B³ F1"):
            found = [SPREAD_OF[figure](outcome.default) for outcome in group]
            spread = max(found) - min(found)
            reached = "yes" if spread < MOST_SPREAD else "NO"
            name = f"{figure}, most less least of {len(group)} seeds"
            rows.append([level, name, f"< {MOST_SPREAD}", f"{spread:.4f}", reached])
    return rows

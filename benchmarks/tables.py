"""Puts figures into Markdown tables."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from benchmarks.reporting import OURS, Outcome, WeightAccuracy
from resolution.evaluate.scores import Accuracy

# What the spread over seeds is told of.
SPREAD_OF: dict[str, Callable[[Accuracy], float]] = {
    "P": lambda accuracy: accuracy.pairs.precision,
    "R": lambda accuracy: accuracy.pairs.recall,
    "F1": lambda accuracy: accuracy.pairs.f1,
    "B³ F1": lambda accuracy: accuracy.b_cubed.f1,
    "exact P": lambda accuracy: accuracy.clusters.precision,
    "one person only": lambda accuracy: accuracy.clusters.of_one_person,
}


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def accuracy_table(outcomes: Sequence[Outcome]) -> str:
    """Return one row for each outcome: pairs, records and clusters, at the default threshold."""
    headings = (
        "set", "tool", "P", "R", "F1", "B³ P", "B³ R", "B³ F1", "exact P", "exact R",
        "one person only", "best F1", "at weight", "best B³ F1",
    )  # fmt: skip
    return markdown(headings, (_accuracy_row(outcome) for outcome in outcomes))


def _accuracy_row(outcome: Outcome) -> list[str]:
    default, best = outcome.default, outcome.best
    shares = (
        default.pairs.precision, default.pairs.recall, default.pairs.f1,
        default.b_cubed.precision, default.b_cubed.recall, default.b_cubed.f1,
        default.clusters.precision, default.clusters.recall, default.clusters.of_one_person,
        best.accuracy.pairs.f1,
    )  # fmt: skip
    cells = [f"{figure:.4f}" for figure in shares]
    weight = f"{best.weight:.1f}"
    return [outcome.record_set, outcome.tool, *cells, weight, f"{outcome.best_b_cubed_f1:.4f}"]


def steps_table(outcomes: Sequence[Outcome]) -> str:
    """Return one row for each outcome: what each step lost, and how clusters are wrong."""
    headings = (
        "set", "tool", "pairs compared", "blocking recall", "scoring recall", "clusters' recall",
        "false links", "missed matches", "clusters", "people", "merged clusters", "split people",
        "largest cluster (person)", "s",
    )  # fmt: skip
    return markdown(headings, (_steps_row(outcome) for outcome in outcomes))


def _steps_row(outcome: Outcome) -> list[str]:
    blocking, pairs, clusters = outcome.blocking, outcome.default.pairs, outcome.default.clusters
    return [
        outcome.record_set,
        outcome.tool,
        f"{blocking.n_candidate_pairs:,}" if blocking else "",
        f"{blocking.recall:.4f}" if blocking else "",
        f"{outcome.scoring_recall:.4f}" if blocking else "",
        f"{pairs.recall:.4f}",
        f"{pairs.n_false_links:,}",
        f"{pairs.n_missed_matches:,}",
        f"{clusters.n_clusters:,}",
        f"{clusters.n_people:,}",
        f"{clusters.n_merged_clusters:,}",
        f"{clusters.n_split_people:,}",
        f"{clusters.largest_cluster} ({clusters.largest_person})",
        f"{outcome.seconds:.1f}",
    ]


def thresholds_table(outcomes: Sequence[Outcome]) -> str:
    """Return our clusters by threshold: pairwise F1, B³ F1 and the clusters of one person only."""
    ours = [outcome for outcome in outcomes if outcome.tool == OURS]
    weights = sorted({row.weight for outcome in ours for row in outcome.by_weight})
    rows = []
    for outcome in ours:
        at = {row.weight: row.accuracy for row in outcome.by_weight}
        cells = [
            f"{at[weight].pairs.f1:.4f} / {at[weight].b_cubed.f1:.4f} / "
            f"{at[weight].clusters.of_one_person:.4f}"
            if weight in at
            else ""
            for weight in weights
        ]
        rows.append([outcome.record_set, *cells])
    return markdown(["set", *(f"at {weight:g}" for weight in weights)], rows)


def equal_recall_table(outcomes: Sequence[Outcome]) -> str:
    """Return false links of ours and of others at equal recall, where ours is and where theirs is.

    First others at the threshold where their recall is ours at its default; then ours at the
    threshold where our recall is theirs at their default.
    """
    ours = {outcome.record_set: outcome for outcome in outcomes if outcome.tool == OURS}
    rows = []
    for other in outcomes:
        if other.at_our_recall is None:
            continue
        own = ours[other.record_set]
        own_default = WeightAccuracy(own.default_weight, own.default)
        theirs = other.at_our_recall
        reached = theirs.accuracy.pairs.recall >= own.default.pairs.recall
        where = "ours" if reached else "ours, which it never reaches"
        rows.append([other.record_set, other.tool, where, *_beside(own_default, theirs)])
        at_their_recall = own.highest_with_recall(other.default.pairs.recall)
        where = "its default's" if at_their_recall else "its default's, which ours is below"
        default = WeightAccuracy(other.default_weight, other.default)
        cells = _beside(at_their_recall or own_default, default)
        rows.append([other.record_set, other.tool, where, *cells])
    headings = (
        "set", "beside", "at the recall that is", "our weight", "our recall", "our false links",
        "its weight", "its recall", "its false links", "ours of its",
    )  # fmt: skip
    return markdown(headings, rows)


def _beside(own: WeightAccuracy, other: WeightAccuracy) -> list[str]:
    mine, theirs = own.accuracy.pairs, other.accuracy.pairs
    share = mine.n_false_links / theirs.n_false_links if theirs.n_false_links else None
    return [
        f"{own.weight:.1f}",
        f"{mine.recall:.4f}",
        f"{mine.n_false_links:,}",
        f"{other.weight:.2f}",
        f"{theirs.recall:.4f}",
        f"{theirs.n_false_links:,}",
        f"{share:.3f}" if share is not None else "it has none",
    ]


def spread_table(outcomes: Sequence[Outcome]) -> str:
    """Return mean and spread (most less least) over the seeds of each generated set."""
    several = sorted(
        (outcome for outcome in outcomes if ", seed " in outcome.record_set), key=_without_seed
    )
    rows = []
    for (record_set, tool), group in groupby(several, key=_without_seed):
        accuracies = [outcome.default for outcome in group]
        if len(accuracies) > 1:
            cells = [_mean_and_spread([of(one) for one in accuracies]) for of in SPREAD_OF.values()]
            rows.append([record_set, tool, str(len(accuracies)), *cells])
    return markdown(["set", "tool", "seeds", *SPREAD_OF], rows) if rows else ""


def _without_seed(outcome: Outcome) -> tuple[str, str]:
    return outcome.record_set.partition(", seed ")[0], outcome.tool


def _mean_and_spread(figures: Sequence[float]) -> str:
    return f"{sum(figures) / len(figures):.4f} ({max(figures) - min(figures):.4f})"

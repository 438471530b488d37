"""Prints how right clusters and watchlist hits are, and by threshold."""

from collections.abc import Sequence
from typing import Any

from api.commands.output import heading, say, table
from resolution.evaluate.scores import Accuracy, HitAccuracy, ThresholdAccuracy, as_plain


def accuracy_as_plain(accuracy: Accuracy) -> dict[str, Any]:
    """Return an accuracy as what JSON has."""
    errors = accuracy.clusters
    return {
        "records": accuracy.n_records,
        "records_without_truth": accuracy.n_records_without_truth,
        "truth_without_record": accuracy.n_truth_without_record,
        "pairwise": as_plain(accuracy.pairs),
        "b_cubed": as_plain(accuracy.b_cubed),
        "clusters": {name: getattr(errors, name) for name in errors.__slots__},
    }


def hits_as_plain(hits: Sequence[HitAccuracy]) -> dict[str, Any] | None:
    """Return how right watchlist hits are as what JSON has; None where it is not known."""
    if not hits:
        return None
    by_threshold = [
        {"threshold_match_weight": one.threshold_match_weight} | _hit_figures(one)
        for one in hits[1:]
    ]
    return _hit_figures(hits[0]) | {"by_threshold": by_threshold}


def _hit_figures(one: HitAccuracy) -> dict[str, Any]:
    return as_plain(one.hits) | {
        "n_true_hits": one.hits.n_true_links,
        "n_false_hits": one.hits.n_false_links,
        "n_missed_hits": one.hits.n_missed_matches,
        "n_hits_without_truth": one.n_hits_without_truth,
        "n_entries_hit": one.n_entries_hit,
        "n_true_entries": one.n_true_entries,
        "n_true_entries_found": one.n_true_entries_found,
        "entry_recall": one.entry_recall,
    }


def print_accuracy(accuracy: Accuracy) -> None:
    """Print precision, recall and F1, and how clusters and people differ."""
    heading(f"Accuracy on {accuracy.n_records:,} records of known people")
    table(
        ("", "precision", "recall", "F1"),
        [
            ("pairs", accuracy.pairs.precision, accuracy.pairs.recall, accuracy.pairs.f1),
            (
                "records (B-cubed)",
                accuracy.b_cubed.precision,
                accuracy.b_cubed.recall,
                accuracy.b_cubed.f1,
            ),
        ],
    )
    errors = accuracy.clusters
    say()
    table(
        ("clusters", "people", "exact", "hold two people or more", "people split"),
        [
            (
                errors.n_clusters,
                errors.n_people,
                errors.n_exact_clusters,
                errors.n_merged_clusters,
                errors.n_split_people,
            )
        ],
    )
    say(f"Largest cluster {errors.largest_cluster:,}, largest person {errors.largest_person:,}.")
    if accuracy.n_records_without_truth:
        say(f"{accuracy.n_records_without_truth:,} records have no truth and are left out.")
    if accuracy.n_truth_without_record:
        say(f"{accuracy.n_truth_without_record:,} records of the truth are not in the run.")


def print_by_threshold(rows: Sequence[ThresholdAccuracy]) -> None:
    """Print what plain connected components give at each threshold."""
    if not rows:
        return
    say()
    heading("Plain connected components, by threshold")
    table(
        ("match weight", "pair precision", "pair recall", "pair F1", "B-cubed F1", "clusters"),
        [
            (
                one.threshold_match_weight,
                one.components.pairs.precision,
                one.components.pairs.recall,
                one.components.pairs.f1,
                one.components.b_cubed.f1,
                one.components.clusters.n_clusters,
            )
            for one in rows
        ],
    )


def print_hits(hits: Sequence[HitAccuracy]) -> None:
    """Print how right watchlist hits are: all of them, then by threshold."""
    if not hits:
        return
    say()
    heading("Watchlist hits, each an entry and a record that a person must look at")
    table(
        (
            "match weight",
            "hits",
            "precision",
            "recall",
            "F1",
            "entries hit",
            "rightly",
        ),
        [
            (
                "all kept" if one.threshold_match_weight is None else one.threshold_match_weight,
                one.hits.n_true_links + one.hits.n_false_links,
                one.hits.precision,
                one.hits.recall,
                one.hits.f1,
                one.n_entries_hit,
                one.n_true_entries_found,
            )
            for one in hits
        ],
    )
    every = hits[0]
    say(f"{every.n_true_entries:,} entries are about somebody in the records.")
    if every.n_hits_without_truth:
        say(f"{every.n_hits_without_truth:,} hits are on records without truth and left out.")

"""Prints how right clusters are, and by threshold."""

from collections.abc import Sequence
from typing import Any

from api.commands.output import heading, say, table
from resolution.evaluate.scores import Accuracy, ThresholdAccuracy, as_plain


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

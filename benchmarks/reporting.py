"""Turns measurements into one row for each tool on each set, and rows into Markdown and JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.generated_errors import GeneratedErrors
from resolution.evaluate.scores import Accuracy, BlockingRecall, ThresholdAccuracy


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tool made of one set.

    Attributes:
        default: at the threshold its user would have.
        best: at the threshold with the best pairwise F1 of clusters; known only with the truth.
        best_b_cubed_f1: at its own best threshold.
        blocking: None when the tool does not tell what it compared.
        errors: at the default threshold, on generated data.
    """

    record_set: str
    tool: str
    default_weight: float
    default: Accuracy
    best_weight: float | None
    best: Accuracy | None
    best_b_cubed_f1: float | None
    blocking: BlockingRecall | None
    seconds: float
    errors: GeneratedErrors | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain figures for a file."""
        return {
            "set": self.record_set,
            "tool": self.tool,
            "seconds": round(self.seconds, 2),
            "default_weight": self.default_weight,
            "default": _figures(self.default),
            "best_weight": self.best_weight,
            "best": _figures(self.best) if self.best else None,
            "best_b_cubed_f1": self.best_b_cubed_f1,
            "candidate_pairs": self.blocking.n_candidate_pairs if self.blocking else None,
            "blocking_recall": self.blocking.recall if self.blocking else None,
            "errors": self.errors.as_json() if self.errors else None,
        }


def outcome_of(
    record_set: str,
    tool: str,
    rows: Sequence[ThresholdAccuracy],
    default_weight: float,
    blocking: BlockingRecall | None,
    seconds: float,
) -> Outcome:
    """Pick the default and best of components measured at many thresholds."""
    by_weight = {row.threshold_match_weight: row.components for row in rows}
    best_weight, best = max(by_weight.items(), key=lambda item: item[1].pairs.f1)
    return Outcome(
        record_set,
        tool,
        default_weight,
        by_weight[default_weight],
        best_weight,
        best,
        max(row.components.b_cubed.f1 for row in rows),
        blocking,
        seconds,
    )


def _figures(accuracy: Accuracy) -> dict[str, Any]:
    precision, recall = accuracy.pairs.precision_interval, accuracy.pairs.recall_interval
    return {
        "records": accuracy.n_records,
        "records_without_truth": accuracy.n_records_without_truth,
        "truth_without_record": accuracy.n_truth_without_record,
        "pairwise": {
            "precision": accuracy.pairs.precision,
            "precision_interval": [precision.low, precision.high],
            "recall": accuracy.pairs.recall,
            "recall_interval": [recall.low, recall.high],
            "f1": accuracy.pairs.f1,
        },
        "b_cubed": {
            "precision": accuracy.b_cubed.precision,
            "recall": accuracy.b_cubed.recall,
            "f1": accuracy.b_cubed.f1,
        },
        "clusters": accuracy.clusters.n_clusters,
        "people": accuracy.clusters.n_people,
        "merged_clusters": accuracy.clusters.n_merged_clusters,
        "split_people": accuracy.clusters.n_split_people,
        "largest_cluster": accuracy.clusters.largest_cluster,
        "largest_person": accuracy.clusters.largest_person,
    }


_HEADINGS = (
    "set", "tool", "P", "R", "F1", "B³ F1", "best F1", "at weight", "best B³ F1",
    "largest cluster (person)", "blocking recall", "pairs compared", "s",
)  # fmt: skip


def markdown_table(outcomes: Sequence[Outcome]) -> str:
    """Return one row for each outcome; P, R, F1 and B³ F1 are at the tool's default threshold."""
    lines = ["| " + " | ".join(_HEADINGS) + " |", "|" + " --- |" * len(_HEADINGS)]
    for outcome in outcomes:
        default, best, blocking = outcome.default, outcome.best, outcome.blocking
        cells = (
            outcome.record_set,
            outcome.tool,
            f"{default.pairs.precision:.4f}",
            f"{default.pairs.recall:.4f}",
            f"{default.pairs.f1:.4f}",
            f"{default.b_cubed.f1:.4f}",
            f"{best.pairs.f1:.4f}" if best else "",
            f"{outcome.best_weight:.1f}" if outcome.best_weight is not None else "",
            f"{outcome.best_b_cubed_f1:.4f}" if outcome.best_b_cubed_f1 is not None else "",
            f"{default.clusters.largest_cluster} ({default.clusters.largest_person})",
            f"{blocking.recall:.3f}" if blocking else "",
            f"{blocking.n_candidate_pairs:,}" if blocking else "",
            f"{outcome.seconds:.1f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)

"""What one tool made of one set: the figures that every table, picture and file is made from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.generated_errors import GeneratedErrors
from resolution.evaluate.scores import (
    Accuracy,
    BlockingRecall,
    PairScores,
    ThresholdAccuracy,
    as_plain,
    share,
)

OURS = "identigraph"
COMPONENTS = "connected components, same predictions"
PLAIN = "plain Splink"


@dataclass(frozen=True, slots=True)
class WeightAccuracy:
    """Clusters as they come out when a tool links at a weight."""

    weight: float
    accuracy: Accuracy


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tool made of one set.

    Attributes:
        default: at the threshold its user would have.
        links: single pairs at that threshold, before any clustering.
        by_weight: clusters by threshold, lowest first.
        blocking: None when the tool does not tell what it compared.
        errors: at the default threshold, on generated data.
        at_our_recall: at the threshold where its clusters' recall comes nearest to ours from above;
            everything it compared where its recall stays below ours.
    """

    record_set: str
    tool: str
    default_weight: float
    default: Accuracy
    links: PairScores
    by_weight: Sequence[WeightAccuracy]
    blocking: BlockingRecall | None
    seconds: float
    errors: GeneratedErrors | None = None
    at_our_recall: WeightAccuracy | None = None

    @property
    def best(self) -> WeightAccuracy:
        """Return the best pairwise F1 of clusters at any threshold, known only with the truth."""
        return max(self.by_weight, key=lambda row: row.accuracy.pairs.f1)

    @property
    def best_b_cubed_f1(self) -> float:
        """Return the best B-cubed F1 at any threshold."""
        return max(row.accuracy.b_cubed.f1 for row in self.by_weight)

    @property
    def scoring_recall(self) -> float | None:
        """Return the share of compared matches that their own weight links."""
        if self.blocking is None:
            return None
        return share(self.links.n_true_links, self.blocking.n_matches_brought_together)

    def highest_with_recall(self, recall: float) -> WeightAccuracy | None:
        """Return the highest threshold with no less recall; None if no threshold has."""
        enough = [row for row in self.by_weight if row.accuracy.pairs.recall >= recall]
        return max(enough, key=lambda row: row.weight, default=None)

    def as_json(self) -> dict[str, Any]:
        """Return plain figures for a file."""
        return {
            "set": self.record_set,
            "tool": self.tool,
            "seconds": round(self.seconds, 2),
            "default_weight": self.default_weight,
            "default": accuracy_figures(self.default),
            "best_weight": self.best.weight,
            "best": accuracy_figures(self.best.accuracy),
            "best_b_cubed_f1": self.best_b_cubed_f1,
            "candidate_pairs": self.blocking.n_candidate_pairs if self.blocking else None,
            "blocking_recall": self.blocking.recall if self.blocking else None,
            "scoring_recall": self.scoring_recall,
            "by_weight": [
                {"weight": row.weight, **accuracy_figures(row.accuracy)} for row in self.by_weight
            ],
            "errors": self.errors.as_json() if self.errors else None,
            "at_our_recall": {
                "weight": self.at_our_recall.weight,
                **accuracy_figures(self.at_our_recall.accuracy),
            }
            if self.at_our_recall
            else None,
        }


def outcome_of_components(
    record_set: str,
    tool: str,
    rows: Sequence[ThresholdAccuracy],
    default_weight: float,
    blocking: BlockingRecall | None,
    seconds: float,
) -> Outcome:
    """Make an outcome of components measured at many thresholds, the default among them."""
    [default] = [row for row in rows if row.threshold_match_weight == default_weight]
    return Outcome(
        record_set,
        tool,
        default_weight,
        default.components,
        default.edges,
        [WeightAccuracy(row.threshold_match_weight, row.components) for row in rows],
        blocking,
        seconds,
    )


def accuracy_figures(accuracy: Accuracy) -> dict[str, Any]:
    """Return every figure of a clustering, plain."""
    precision, recall = accuracy.pairs.precision_interval, accuracy.pairs.recall_interval
    clusters = accuracy.clusters
    return {
        "records": accuracy.n_records,
        "records_without_truth": accuracy.n_records_without_truth,
        "truth_without_record": accuracy.n_truth_without_record,
        "pairwise": {
            **as_plain(accuracy.pairs),
            "precision_interval": [precision.low, precision.high],
            "recall_interval": [recall.low, recall.high],
            "true_links": accuracy.pairs.n_true_links,
            "false_links": accuracy.pairs.n_false_links,
            "missed_matches": accuracy.pairs.n_missed_matches,
        },
        "b_cubed": as_plain(accuracy.b_cubed),
        "clusters": {
            **asdict(clusters),
            "precision": clusters.precision,
            "recall": clusters.recall,
            "of_one_person": clusters.of_one_person,
            "joined_precision": clusters.joined_precision,
            "joined_of_one_person": clusters.joined_of_one_person,
        },
    }

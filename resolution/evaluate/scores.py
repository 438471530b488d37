"""What an evaluation says: precision, recall and F1 of pairs and records, and cluster errors.

Nothing claimed is nothing wrong: a share of none is 1.
"""

import math
from dataclasses import dataclass
from typing import Any


def share(part: float, whole: float) -> float:
    """Return part / whole, and 1.0 when there is no whole."""
    return part / whole if whole else 1.0


def harmonic_mean(precision: float, recall: float) -> float:
    """Return F1; 0.0 when both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of proportions that holds the true one about 19 times in 20."""

    low: float
    high: float


def wilson_interval(successes: int, trials: int) -> Interval:
    """Return the 95% interval of a proportion.

    It takes trials as independent. Pairs of one person are not, so for pairs it is a lower bound
    on the doubt.

    Returns:
        Ends in [0, 1] around the observed share; [0, 1] when there were no trials.

    Source:
        Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    if not trials:
        return Interval(0.0, 1.0)
    z = 1.959964
    observed = successes / trials
    scale = 1 + z * z / trials
    centre = (observed + z * z / (2 * trials)) / scale
    half = z * math.sqrt(observed * (1 - observed) / trials + (z / (2 * trials)) ** 2) / scale
    return Interval(min(max(0.0, centre - half), observed), max(min(1.0, centre + half), observed))


@dataclass(frozen=True, slots=True)
class PairScores:
    """Pairs of records said to be one person, against pairs that are.

    Attributes:
        n_true_links: pairs linked that are one person.
        n_false_links: pairs linked that are two people.
        n_missed_matches: pairs not linked that are one person.
    """

    n_true_links: int
    n_false_links: int
    n_missed_matches: int

    @property
    def precision(self) -> float:
        """Return the share of links that are right."""
        return share(self.n_true_links, self.n_true_links + self.n_false_links)

    @property
    def recall(self) -> float:
        """Return the share of matches that were linked."""
        return share(self.n_true_links, self.n_true_links + self.n_missed_matches)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return share(
            2 * self.n_true_links,
            2 * self.n_true_links + self.n_false_links + self.n_missed_matches,
        )

    @property
    def precision_interval(self) -> Interval:
        """Return the 95% interval of precision."""
        return wilson_interval(self.n_true_links, self.n_true_links + self.n_false_links)

    @property
    def recall_interval(self) -> Interval:
        """Return the 95% interval of recall."""
        return wilson_interval(self.n_true_links, self.n_true_links + self.n_missed_matches)


@dataclass(frozen=True, slots=True)
class BCubedScores:
    """Precision and recall averaged over records, so that one large cluster does not rule.

    Source:
        Bagga & Baldwin (1998), "Algorithms for scoring coreference chains".
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return harmonic_mean(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class ClusterErrors:
    """How clusters and people fail to be the same, over the evaluated records only.

    Attributes:
        n_merged_clusters: clusters that hold two people or more.
        n_split_people: people spread over two clusters or more.
        n_exact_clusters: clusters that hold all records of one person and no other.
        n_joined_clusters: clusters of two records or more: what linking claims.
        n_exact_joined_clusters: of these, the exact ones.
        largest_cluster: records in the largest cluster.
        largest_person: records of the person with most.
    """

    n_clusters: int
    n_people: int
    n_merged_clusters: int
    n_split_people: int
    n_exact_clusters: int
    n_joined_clusters: int
    n_exact_joined_clusters: int
    largest_cluster: int
    largest_person: int

    @property
    def precision(self) -> float:
        """Return the share of clusters that are exactly one person."""
        return share(self.n_exact_clusters, self.n_clusters)

    @property
    def recall(self) -> float:
        """Return the share of people who are exactly one cluster."""
        return share(self.n_exact_clusters, self.n_people)

    @property
    def of_one_person(self) -> float:
        """Return the share of clusters with records of one person only, all of them or not."""
        return share(self.n_clusters - self.n_merged_clusters, self.n_clusters)

    @property
    def joined_of_one_person(self) -> float:
        """Return the share of one person's only among the clusters of two records or more."""
        return share(self.n_joined_clusters - self.n_merged_clusters, self.n_joined_clusters)

    @property
    def joined_precision(self) -> float:
        """Return the share of exact ones among the clusters of two records or more."""
        return share(self.n_exact_joined_clusters, self.n_joined_clusters)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How right a partition of records into people is.

    Attributes:
        n_records: records that were clustered and whose person is known; all figures rest on them.
        n_records_without_truth: clustered records whose person is not known, left out.
        n_truth_without_record: records the truth names that were never clustered, left out.
    """

    n_records: int
    n_records_without_truth: int
    n_truth_without_record: int
    pairs: PairScores
    b_cubed: BCubedScores
    clusters: ClusterErrors


@dataclass(frozen=True, slots=True)
class ThresholdAccuracy:
    """What a threshold gives: its predictions as they are, and the components they make."""

    threshold_match_weight: float
    edges: PairScores
    components: Accuracy


@dataclass(frozen=True, slots=True)
class HitAccuracy:
    """How right watchlist hits are; a hit is an entry and a person record.

    Attributes:
        threshold_match_weight: hits of at least this match weight; None for all that were kept.
        hits: hits that are right and wrong, and pairs of an entry and a record of its person that
            were not hit.
        n_entries_hit: entries with any hit, right or wrong.
        n_true_entries: entries about somebody in the records.
        n_true_entries_found: those with at least one right hit.
        n_hits_without_truth: hits on records whose person is not known, left out.
    """

    threshold_match_weight: float | None
    hits: PairScores
    n_entries_hit: int
    n_true_entries: int
    n_true_entries_found: int
    n_hits_without_truth: int

    @property
    def entry_recall(self) -> float:
        """Return the share of entries about somebody in the records that have a right hit."""
        return share(self.n_true_entries_found, self.n_true_entries)


@dataclass(frozen=True, slots=True)
class BlockingRecall:
    """How many matches the blocking rules brought together, whatever their weight."""

    n_candidate_pairs: int
    n_matches: int
    n_matches_brought_together: int

    @property
    def recall(self) -> float:
        """Return the share of matches that were compared."""
        return share(self.n_matches_brought_together, self.n_matches)


def as_plain(scores: PairScores | BCubedScores) -> dict[str, Any]:
    """Return precision, recall and F1 for JSON."""
    return {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}

"""A scored pair of records, and why it scored so."""

import math
from dataclasses import dataclass


def match_probability(match_weight: float) -> float:
    """Turn a match weight into the probability that both records are the same person.

    Args:
        match_weight: log2 of the odds of a match, prior included (no unit; 0 means evens).

    Returns:
        A probability in [0, 1]. +1 of weight doubles the odds.

    Raises:
        ValueError: if `match_weight` is NaN.

    Source:
        Fellegi & Sunter (1969); the same relation as Splink's `match_probability` column.
    """
    if math.isnan(match_weight):
        raise ValueError("match_weight is NaN")
    # exp2 overflows just past 1024; long before that the probability is 0 or 1 to every digit.
    odds = math.exp2(max(-1000.0, min(match_weight, 1000.0)))
    return odds / (1.0 + odds)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The three match weights where decisions change, free of history.

    Attributes:
        link_weight: at or above it, the evidence of a group joins.
        review_weight: lower edge of the pairs that people are shown.
        break_weight: a compared pair at or below it counts against joining.
    """

    link_weight: float
    review_weight: float
    break_weight: float

    def __post_init__(self) -> None:
        """Refuse thresholds out of order."""
        if not self.break_weight <= self.review_weight < self.link_weight:
            raise ValueError("thresholds must satisfy break <= review < link")


@dataclass(frozen=True, slots=True)
class PairwisePrediction:
    """A scored candidate pair, unordered, `left_id < right_id`.

    Attributes:
        match_weight: log2 odds, prior included: a function of the two records and the match model.
        blocking_rule: number of the first blocking rule that brought the pair together;
            None when no rule does.
        source_weight: what is known of their sources adds or takes when records are clustered: how
            often the sources hold one person, and whether a record has a better match there.
    """

    left_id: str
    right_id: str
    match_weight: float
    blocking_rule: int | None
    source_weight: float = 0.0

    def __post_init__(self) -> None:
        """Hold the order every table relies on."""
        if not self.left_id < self.right_id:
            raise ValueError("a prediction holds left_id < right_id")

    @property
    def evidence(self) -> float:
        """Return what the pair counts when records are clustered."""
        return self.match_weight + self.source_weight


@dataclass(frozen=True, slots=True)
class ComparisonEvidence:
    """What one comparison says about a pair.

    Attributes:
        comparison: its name, such as `name` or `date_of_birth`.
        level: what was found, in words, such as "day and month swapped".
        left_value: the standardised value of the left record; None when it has none.
        right_value: likewise of the right record.
        level_weight: log2(m/u) of the level.
        term_frequency_weight: what the rarity of the value adds or takes; 0.0 when none applies.
    """

    comparison: str
    level: str
    left_value: str | None
    right_value: str | None
    level_weight: float
    term_frequency_weight: float

    @property
    def match_weight(self) -> float:
        """Return the partial match weight of this comparison."""
        return self.level_weight + self.term_frequency_weight


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Why two records score as they do.

    `prior_weight` plus every comparison's `match_weight` is `match_weight`, to 1e-9.

    Attributes:
        blocking_rules: descriptions of every rule that brings the pair together; empty means
            never compared by the batch.
    """

    left_id: str
    right_id: str
    model_version: str
    prior_weight: float
    comparisons: tuple[ComparisonEvidence, ...]
    match_weight: float
    blocking_rules: tuple[str, ...]

    @property
    def match_probability(self) -> float:
        """Return the probability that both records are the same person."""
        return match_probability(self.match_weight)

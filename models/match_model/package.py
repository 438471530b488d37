"""A match model version: one immutable package of all that a match weight depends on."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from models.prediction import Thresholds
from models.watchlist import ScreeningPolicy

# Raised whenever features, comparisons or blocking rules change meaning: a package trained under
# another layout would give other weights, so it is refused.
LAYOUT_VERSION = "3"

DEFAULT_THRESHOLDS = Thresholds(link_weight=-1.0, review_weight=-4.0, break_weight=-5.0)
DEFAULT_SCREENING = ScreeningPolicy(hit_weight=-4.0, max_hits_per_entry=500)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing in a trained model that a data scientist should know.

    Attributes:
        severity: error (the package may not be used) or warning.
        comparison: the comparison it is about; empty for the whole model.
        message: what was found and what was done or should be done.
    """

    severity: str
    comparison: str
    message: str


@dataclass(frozen=True, slots=True)
class MatchModelPackage:
    """All that a match weight depends on, frozen.

    Attributes:
        version: names the package; derived from its content, so equal content is equal version.
        settings: the Splink model: comparisons, m, u and prior.
        frequencies: frozen term frequencies and common values (resolution.link.features).
        capped_keys: blocking keys too common to use: rule, key, records.
        population: records it was trained on; the prior belongs to it.
        lint: what was found when it was trained.
        figures: what the training report shows.
    """

    version: str
    layout_version: str
    standardiser_version: str
    settings: dict[str, Any]
    frequencies: dict[str, pa.Table]
    capped_keys: pa.Table
    thresholds: Thresholds
    screening: ScreeningPolicy
    population: int
    lint: tuple[LintFinding, ...]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def prior(self) -> float:
        """Return the probability that two random records match."""
        return float(self.settings["probability_two_random_records_match"])

"""How watchlist entries meet people: as hits for a person to review, never as links."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreeningPolicy:
    """Where a resemblance to a watchlist entry becomes a hit.

    Attributes:
        hit_weight: the lowest match weight (log2 odds) that is shown to a reviewer; lower than
            any weight that links, because a missed hit is worse than one more review.
        max_hits_per_entry: a bound on what one vague entry may bring; what was left out is counted.
    """

    hit_weight: float
    max_hits_per_entry: int

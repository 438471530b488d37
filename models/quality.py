"""How well the records of one identity hold together, and what warns that it is two people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WarningKind(StrEnum):
    """What speaks for an identity holding records of two people."""

    WEAK_COHESION = "weak_cohesion"
    BRIDGE = "bridge"
    DOMINANT_RECORD = "dominant_record"
    DATES_OF_BIRTH = "dates_of_birth"
    DOCUMENTS = "documents"
    SEXES = "sexes"
    BIRTH_COUNTRIES = "birth_countries"
    GIVEN_NAMES = "given_names"
    POSSIBLE_TWINS = "possible_twins"
    UNUSUAL_SIZE = "unusual_size"


@dataclass(frozen=True, slots=True)
class IdentityWarning:
    """One thing that warns of a false merge.

    Attributes:
        weight: what it adds to the log2 odds that the identity holds two people; 0 or more.
        one_side: the records it is about, sorted; where it is about two groups, the smaller one. Of
            very many the first: the facts `n_one` and `n_other` tell how many there are.
        other_side: the records on the other side, likewise; empty where there is none.
        facts: what was found, by name: text is made of them.
    """

    kind: WarningKind
    weight: float
    one_side: tuple[str, ...]
    other_side: tuple[str, ...] = ()
    facts: Mapping[str, str | int | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdentityQuality:
    """One row of `tables.IDENTITY_QUALITY`, which says what each field is.

    Runs published before there were warnings have none, and another scale of `concern`.
    """

    identity_id: str
    n_records: int
    n_links: int
    density: float
    diameter: int | None
    n_bridges: int
    n_articulation_points: int
    n_dates_of_birth: int
    n_sexes: int
    concern: float
    chance: float = 0.0
    impact: float = 1.0
    warnings: tuple[IdentityWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class UsualSizes:
    """The most records that all but a few identities of a run have, in all and by source.

    Attributes:
        by_source: of the identities that have records of the source.
    """

    records: int
    by_source: Mapping[str, int] = field(default_factory=dict)

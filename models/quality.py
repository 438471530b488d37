"""How well the records of one identity hold together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdentityQuality:
    """One row of `tables.IDENTITY_QUALITY`, which says what each field is."""

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

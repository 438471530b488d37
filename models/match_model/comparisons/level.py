"""What a comparison and its levels are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Attributes:
        label: what was found, in words for a person.
        sql: the condition; columns end in `_l` and `_r`.
        m: P(this level, given a match), before training.
        u: P(this level, given a non-match), before training.
        tf: the feature column that holds how common the value is; None for no adjustment.
        tf_weight: how much of the adjustment counts, 0 to 1.
        fixed_u: u is kept as given: sampling cannot see anything this rare.
        fixed_m: m is kept as given: what a difference means here is known better than learned.
        cap: the highest weight this level may take, below its comparison's bound.
    """

    label: str
    sql: str
    m: float
    u: float
    tf: str | None = None
    tf_weight: float = 1.0
    fixed_u: bool = False
    fixed_m: bool = False
    cap: float = 99.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one field, or a few that belong together, is compared.

    Attributes:
        null_sql: when nothing can be said; it weighs 0.
        levels: first that holds wins; the last is ELSE.
        shows: the feature column shown to a person as the value compared.
        needs: the feature column some record must have for this comparison to be used.
        bounds: lowest and highest weight any level may take, term frequencies aside: no single
            field may settle or veto an identity by itself.
        shared_by_namesakes: different people of one name share its values more often than any two
            people do.
        exclusive: a person has one value of it, so records that keep to different ones tell people
            apart.
    """

    name: str
    null_sql: str
    levels: tuple[Level, ...]
    shows: str
    needs: str
    bounds: tuple[float, float]
    shared_by_namesakes: bool = False
    exclusive: bool = False

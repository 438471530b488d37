"""Measures one identity in memory: how well it holds together, and what warns of a false merge."""

from collections.abc import Iterable, Sequence

from graph.contradictions import Member
from graph.fault_line import Pair
from graph.identity_warnings import BASE_WEIGHT, find_findings, weigh
from graph.metrics import ClusterQuality, graph_quality
from models.identity import Run
from models.prediction import match_probability
from models.quality import IdentityQuality, IdentityWarning, UsualSizes

# What an error costs: more people read of a large identity, of more sources, or on a watchlist.
_PER_RECORD, _MOST_RECORDS, _PER_SOURCE, _ON_WATCHLIST = 0.05, 20, 0.25, 1.0


def measure(
    identity_id: str,
    members: Iterable[Member],
    pairs: Iterable[Pair],
    *,
    link_weight: float,
    usual: UsualSizes | None = None,
    is_on_watchlist: bool = False,
) -> IdentityQuality:
    """Measure an identity of two records or more; the order of records and pairs says nothing.

    Args:
        identity_id: whose records these are.
        members: rows of STANDARDISED_RECORDS; their ids, `source`, `effective_time` and what they
            say of the person is read.
        pairs: every compared pair among them, linked or not, with its evidence.
        link_weight: of the match model: evidence at or above it is a link.
        usual: how large identities of the run are; without it no size is unusual.
        is_on_watchlist: whether a watchlist hit is about one of the records.
    """
    records = sorted(members, key=lambda one: str(one["record_id"]))
    compared = sorted(pairs)
    warnings = weigh(find_findings(records, compared, link_weight=link_weight, usual=usual))
    shape = _shape([one["record_id"] for one in records], compared, link_weight)
    n_sources = len({one["source"] for one in records})
    chance = chance_of(warnings)
    impact = impact_of(len(records), n_sources, is_on_watchlist=is_on_watchlist)
    return IdentityQuality(
        identity_id=identity_id,
        n_records=shape.n_records,
        n_links=shape.n_links,
        density=shape.density,
        diameter=shape.diameter,
        n_bridges=len(shape.bridges),
        n_articulation_points=len(shape.articulation_points),
        n_dates_of_birth=_n_dates_of_birth(records),
        n_sexes=len({sex["code"] for one in records for sex in one["sexes"]} & {"M", "F"}),
        concern=chance * impact,
        chance=chance,
        impact=impact,
        warnings=warnings,
    )


def usual_sizes_of(run: Run) -> UsualSizes | None:
    """Return how large identities are in a run; None of runs before it was kept."""
    found = run.summary.get("usual_sizes")
    if not isinstance(found, dict):
        return None
    return UsualSizes(int(found["records"]), dict(found["by_source"]))


def chance_of(warnings: Iterable[IdentityWarning]) -> float:
    """Return how likely an identity with such warnings holds two people, as learned.

    Like a probability: it is one where identities are as those that the weights were learned on.
    """
    weight = BASE_WEIGHT + sum(one.weight for one in warnings)
    return round(match_probability(weight), 6)


def impact_of(n_records: int, n_sources: int, *, is_on_watchlist: bool) -> float:
    """Return how much harm is done where an identity is wrong; 1 for two records of one source."""
    further = min(n_records, _MOST_RECORDS) - 2
    harm = 1.0 + _PER_RECORD * further + _PER_SOURCE * (n_sources - 1)
    return round(harm + _ON_WATCHLIST * is_on_watchlist, 6)


def impact_of_sql() -> str:
    """Return `impact_of` as DuckDB SQL over columns of the names of its arguments."""
    return (
        f"round(1.0::DOUBLE + {_PER_RECORD} * (least(n_records, {_MOST_RECORDS}) - 2)"
        f" + {_PER_SOURCE} * (n_sources - 1) + {_ON_WATCHLIST} * is_on_watchlist::INT, 6)"
    )


def _shape(
    record_ids: Sequence[str], compared: Sequence[Pair], link_weight: float
) -> ClusterQuality:
    links = [(left, right) for left, right, weight in compared if weight >= link_weight]
    n_records = len(record_ids)
    if len(links) < n_records * (n_records - 1) // 2:
        return graph_quality(record_ids, links)
    # every two records are linked: the shape is known
    return ClusterQuality(
        n_records=n_records,
        n_links=len(links),
        density=1.0,
        is_connected=True,
        diameter=1,
        bridges=tuple(links) if n_records == 2 else (),
        articulation_points=(),
    )


def _n_dates_of_birth(members: Iterable[Member]) -> int:
    """Count different whole dates: a lone year or month says nothing against a day."""
    return len(
        {
            born["date"]
            for one in members
            for born in one["dates_of_birth"]
            if born["precision"] == "day"
        }
    )

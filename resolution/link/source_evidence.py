"""Weighs what two sources tell of a pair: how often they hold one person, and who its rivals are.

Two facts that no comparison of two records can see. Records of one source that hardly ever holds a
person twice are seldom one person, however alike. And where a source holds a person once, a record
can match one of its records only: a better match there speaks against a pair, and where nearly
everyone of one source is in the other, to have no rival speaks for it.

Both are functions of the scored pairs around two records and of what is frozen with the match
model, so they are kept beside the match weight, which is a function of two records alone.
"""

import math

import duckdb
import pyarrow as pa

from models.match_model.package import MatchModelPackage
from models.prediction import Thresholds

# As log2 odds. A source holding a person twice is never ruled out, and rivals, or that there are
# none, settle nothing that the records themselves leave wide open.
_LEAST_OF_ONE_SOURCE, MOST_OF_SOURCES = -8.0, 2.0
MOST_OF_RIVALS = 10.0

# Matches expected by chance of the source alone are worth this many seen ones.
_PRIOR_MATCHES = 20.0

# Where a record has more further records than this in its own source, rivals rule nothing out
# and their absence says nothing.
_SELDOM = 0.04
# Of those without a match that can be seen, some have one that cannot.
_MOST_COVERED = 0.98
_LEAST_REPEATED = 0.005

# Odds are added as whole numbers of this part: the same sum in any order of the pairs.
PARTS = 2.0**20
HIGHEST_WEIGHT = 30.0

SOURCE_PAIRS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("other", pa.string(), nullable=False),
        # what a pair of these sources weighs more than any pair
        pa.field("prior_weight", pa.float64(), nullable=False),
        # share of the records of `source` with a match in `other`, 0 where it may not count
        pa.field("covered", pa.float64(), nullable=False),
        # given a match in `other`, how a second one is less likely than a first; 1 for no less
        pa.field("repeated", pa.float64(), nullable=False),
    ]
)


def count_source_pairs(
    connection: duckdb.DuckDBPyConnection, *, one_in: int, thresholds: Thresholds
) -> pa.Table:
    """Count, without labels, how often sources hold one person (schema SOURCE_PAIRS).

    Expects `scored` under the settled prior and `model_input`; `scored` holds one in so many of
    the pairs. What is expected of a pair is its match probability.
    """
    connection.execute("""
        create or replace temp table source_weights as
        select s.match_weight, l.source, r.source as other from scored s
        join model_input l on l.unique_id = s.left_no and not l.is_watchlist
        join model_input r on r.unique_id = s.right_no and not r.is_watchlist""")
    sizes: dict[str, tuple[int, bool]] = {
        source: (records, is_free)
        for source, records, is_free in connection.execute("""
            select source, count(*), bool_and(duplicate_free) from model_input
            where not is_watchlist group by source order by source""").fetchall()
    }
    prior_weights = _prior_weights(connection, {name: n for name, (n, _) in sizes.items()}, one_in)
    matches, links = _matches(connection, prior_weights, one_in, thresholds)
    connection.execute("drop table source_weights")
    further = {
        # a small source has not shown yet that it holds nobody twice
        source: 0.0 if is_free else (2.0 * matches.get((source, source), 0.0) + 1.0) / (n + 10.0)
        for source, (n, is_free) in sizes.items()
    }
    rows: list[tuple[str | float, ...]] = []
    for source, (n, _) in sizes.items():
        for other in sizes:
            both_seldom = max(further[source], further[other]) < _SELDOM and source != other
            covered = links.get((source, other), 0.0) / (n + 1.0)
            held = matches.get((source, other), 0.0) / (n * (1.0 + further[other]))
            prior_weight = prior_weights[source if source == other else ""]
            repeated = min(1.0, max(_LEAST_REPEATED, further[other]) / max(held, 1e-3))
            told = (prior_weight, min(_MOST_COVERED, covered) if both_seldom else 0.0, repeated)
            rows.append((source, other, *map(_rounded, told)))
    return pa.Table.from_pylist(
        [dict(zip(SOURCE_PAIRS.names, row, strict=True)) for row in rows], schema=SOURCE_PAIRS
    )


def _prior_weights(
    connection: duckdb.DuckDBPyConnection, sizes: dict[str, int], one_in: int
) -> dict[str, float]:
    """Return what a pair within each source weighs more than any pair; "" is for two sources."""
    records = sum(sizes.values())
    everything = max(1.0, records * (records - 1) / 2)
    pairs = {source: n * (n - 1) / 2 for source, n in sizes.items()}
    pairs[""] = everything - math.fsum(pairs.values())
    weights = dict.fromkeys(pairs, 0.0)
    if len(sizes) == 1:
        return weights
    for _ in range(30):
        found = dict(connection.execute(f"""
            select case when source = other then source else '' end,
                fsum({_probability(weights)}) * {one_in} from source_weights group by 1
            """).fetchall())  # fmt: skip
        total = math.fsum(found.values())
        settled = {}
        for group, n in pairs.items():
            share = n / everything
            seen = (found.get(group, 0.0) + _PRIOR_MATCHES * share) / (total + _PRIOR_MATCHES)
            weight = math.log2(seen / share) if n else 0.0
            settled[group] = min(MOST_OF_SOURCES, max(_LEAST_OF_ONE_SOURCE, weight))
        moved = max(abs(settled[group] - weights[group]) for group in pairs)
        weights = settled
        if moved < 0.01:
            break
    return weights


def _probability(prior_weights: dict[str, float]) -> str:
    """Return SQL for the match probability of a row of `source_weights`."""
    shifted = f"match_weight + {_prior_weight_sql(prior_weights)}"
    return f"1.0 / (1.0 + pow(2.0, -greatest(-60.0, least(60.0, {shifted}))))"


def _prior_weight_sql(prior_weights: dict[str, float]) -> str:
    """Return SQL for the prior weight of the columns `source` and `other`."""
    branches = "".join(
        f" when source = '{source}' then {weight}"
        for source, weight in prior_weights.items()
        if source
    )
    return f"(case when source <> other then {prior_weights['']}{branches} end)"


def _matches(
    connection: duckdb.DuckDBPyConnection,
    prior_weights: dict[str, float],
    one_in: int,
    thresholds: Thresholds,
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Return expected matches by two sources, either way round: all, and those of linked pairs."""
    rows = connection.execute(f"""
        select source, other, fsum(probability) * {one_in},
            coalesce(fsum(probability) filter (weight >= {thresholds.link_weight}), 0) * {one_in}
        from (select source, other, {_probability(prior_weights)} as probability,
                match_weight + {_prior_weight_sql(prior_weights)} as weight from source_weights)
        group by 1, 2""").fetchall()
    matches: dict[tuple[str, str], float] = {}
    links: dict[tuple[str, str], float] = {}
    for source, other, matched, linked in rows:
        for key in {(source, other), (other, source)}:
            matches[key] = matches.get(key, 0.0) + matched
            links[key] = links.get(key, 0.0) + linked
    return matches, links


def _rounded(value: float) -> float:
    """Drop the last digits: sums over threads differ there, and equal data is equal version."""
    return float(f"{value:.4g}")


def weigh_sources(connection: duckdb.DuckDBPyConnection, package: MatchModelPackage) -> None:
    """Give `scored` a column `source_weight`: what the sources of two records add or take.

    Expects `scored` and `model_input`; makes `rival_odds` (record_no, source, odds), the odds that
    one of a record's candidates in another source is a match. A source that the match model was
    not trained on tells nothing. Rivals are looked for among pairs that a blocking rule brought
    together; pairs too weak to link whatever their sources add are nobody's rivals, and left at 0
    until `weigh_sources_inside` finds them inside a component.
    """
    connection.register("source_pairs_arrow", package.frequencies["sources"])
    connection.execute(
        "create or replace temp table source_pairs as select * from source_pairs_arrow"
    )
    connection.unregister("source_pairs_arrow")
    least = package.thresholds.link_weight - MOST_OF_RIVALS
    # most pairs are too weak for any of this: they are not looked at again
    connection.execute(f"""
        create or replace temp table near as
        select s.left_no, s.right_no, l.source as left_source, r.source as right_source,
            s.match_weight + p.prior_weight as weight, p.prior_weight,
            s.rule >= 0 and l.source <> r.source and weight >= {least} as is_rival,
            p.covered as covered_l, p.repeated as repeated_l,
            q.covered as covered_r, q.repeated as repeated_r, 0.0 as told_l, 0.0 as told_r
        from (select * from scored where match_weight >= {least - MOST_OF_SOURCES}) s
        join model_input l on l.unique_id = s.left_no and not l.is_watchlist
        join model_input r on r.unique_id = s.right_no and not r.is_watchlist
        join source_pairs p on p.source = l.source and p.other = r.source
        join source_pairs q on q.source = r.source and q.other = l.source""")
    connection.execute("create or replace temp table rivals as from near where is_rival")
    _count_rivals(connection, rival_to_left="weight", rival_to_right="weight")
    # a rival that has a better match elsewhere is none
    _count_rivals(connection, rival_to_left="weight + told_r", rival_to_right="weight + told_l")
    connection.execute(f"""
        create or replace temp table weighed as
        select left_no, right_no, prior_weight + {_bounded("told_l + told_r")} as source_weight
        from rivals
        union all
        select left_no, right_no, prior_weight from near where not is_rival""")
    connection.execute("""
        create or replace table scored as
        select s.left_no, s.right_no, s.match_weight, s.rule,
            coalesce(w.source_weight, 0.0) as source_weight
        from scored s left join weighed w using (left_no, right_no)""")
    connection.execute("drop table weighed; drop table near")


def weigh_sources_inside(connection: duckdb.DuckDBPyConnection) -> None:
    """Set `source_weight` of the pairs inside components that are nobody's rivals but have some.

    Expects `components`, and what `weigh_sources` made, whose own tables are dropped.
    """
    connection.execute("""
        create or replace temp table inside as
        select s.left_no, s.right_no, p.prior_weight,
            p.covered as covered_l, p.repeated as repeated_l, 0 as own_l,
            coalesce(a.odds, 0) as all_l,
            q.covered as covered_r, q.repeated as repeated_r, 0 as own_r,
            coalesce(b.odds, 0) as all_r
        from scored s
        join components lc on lc.record_no = s.left_no
        join components rc on rc.record_no = s.right_no and rc.component = lc.component
        join model_input l on l.unique_id = s.left_no
        join model_input r on r.unique_id = s.right_no
        join source_pairs p on p.source = l.source and p.other = r.source
        join source_pairs q on q.source = r.source and q.other = l.source
        left join rival_odds a on a.record_no = s.left_no and a.source = r.source
        left join rival_odds b on b.record_no = s.right_no and b.source = l.source
        anti join rivals x on x.left_no = s.left_no and x.right_no = s.right_no""")
    connection.execute(f"""
        update scored set source_weight = w.source_weight
        from (select left_no, right_no, prior_weight
                + {_bounded(f"{_told('l')} + {_told('r')}")} as source_weight from inside) w
        where scored.left_no = w.left_no and scored.right_no = w.right_no""")
    connection.execute(
        "drop table inside; drop table rivals; drop table rival_odds; drop table source_pairs"
    )


def _count_rivals(
    connection: duckdb.DuckDBPyConnection, *, rival_to_left: str, rival_to_right: str
) -> None:
    """Make `rival_odds`, and set `told_l` and `told_r` in `rivals`: what rivals say, by end.

    Args:
        connection: holds `rivals`.
        rival_to_left: the weight by which a pair is a rival of the left record's other pairs.
        rival_to_right: likewise of the right record's.
    """

    def odds(weight: str) -> str:
        return f"(pow(2.0, least({HIGHEST_WEIGHT}, {weight})) * {PARTS})::bigint"

    connection.execute(f"""
        create or replace temp table own_odds as
        select *, {odds(rival_to_left)} as own_l, {odds(rival_to_right)} as own_r from rivals""")
    connection.execute("""
        create or replace temp table rival_odds as
        select record_no, source, sum(odds) as odds from (
            select left_no as record_no, right_source as source, own_l as odds from own_odds
            union all select right_no, left_source, own_r from own_odds)
        group by record_no, source""")
    connection.execute(f"""
        create or replace temp table rivals as
        select * exclude (all_l, all_r, own_l, own_r) replace (
            {_told("l")} as told_l, {_told("r")} as told_r)
        from (select own_odds.*, l.odds as all_l, r.odds as all_r
            from own_odds
            join rival_odds l on l.record_no = left_no and l.source = right_source
            join rival_odds r on r.record_no = right_no and r.source = left_source)""")
    connection.execute("drop table own_odds")


def _told(side: str) -> str:
    """Return SQL for what the other candidates of one end say of a pair, as log2 odds.

    A record has at most about one match in the other source. With odds R that one of its other
    candidates there is the match, a share c of records with a match at all, and a second match d
    times as likely as a first, the odds of a pair are multiplied by (1 + d R) / (1 - c + R).
    """
    others = f"(greatest(0, all_{side} - own_{side}) / {PARTS})"
    return f"log2((1.0 + repeated_{side} * {others}) / (1.0 - covered_{side} + {others}))"


def _bounded(told: str) -> str:
    return f"greatest(-{MOST_OF_RIVALS}, least({MOST_OF_RIVALS}, {told}))"

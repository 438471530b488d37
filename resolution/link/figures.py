"""Measures a trained match model on the records it was trained on, for the training report.

Figures are kept with the model as JSON. They hold counts and weights, and no value of a record but
those that many people share.
"""

import math
from typing import Any

import duckdb

from models.match_model.comparisons import COMPARISONS, Level
from models.match_model.package import MatchModelPackage
from resolution.link.blocking_figures import blocking_figures
from resolution.link.frequency_figures import frequency_figures
from resolution.link.predict import score_pairs

# Scoring a record against itself costs as much as a pair; a sample this large settles shares.
_MOST_RECORDS_AGAINST_THEMSELVES = 100_000

_THRESHOLDS_TRIED = tuple(float(weight) for weight in range(-10, 21))

_PROBABILITY = "1.0 / (1.0 + pow(2.0, -greatest(-60.0, least(60.0, match_weight)))) as probability"


def training_figures(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    *,
    first_prior: float,
    one_in: int = 1,
) -> dict[str, Any]:
    """Measure a model on the tables that training leaves on the connection.

    Args:
        connection: holds `model_input`, `blocking_keys`, `pairs` and `scored`.
        package: the model, its prior settled.
        first_prior: what the prior was before it was settled.
        one_in: `scored` holds one pair in so many; counts of pairs and matches are multiplied.

    Returns:
        What the report shows beyond `figures["training"]` and `figures["blocking"]`, ready for
        JSON: `records`, `prior`, `one_in`, `levels`, `pairs`, `thresholds`, `sources`, `rules`,
        `recall`, `unlinkable`, `frequencies`.
    """
    _make_views(connection)
    figures = {
        "records": _records(connection, package),
        "levels": _levels(package),
        "pairs": {
            "people": _weights(connection, "people_pairs", one_in),
            "watchlist": _weights(connection, "watchlist_pairs", one_in),
        },
        "one_in": one_in,
        "thresholds": _thresholds(connection, package, one_in),
        "sources": _sources(connection, package, one_in),
        "unlinkable": _unlinkable(connection, package),
        "frequencies": frequency_figures(connection, package),
        **blocking_figures(connection, package, one_in=one_in),
    }
    figures["prior"] = {"first": first_prior, "matches": figures["pairs"]["people"]["matches"]}
    for view in ("watchlist_pairs", "people_pairs", "watchlist_entries"):
        connection.execute(f"drop view {view}")
    return figures


def _make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `watchlist_entries`, `people_pairs` and `watchlist_pairs`.

    Views, because `scored` can be far larger than what memory should hold twice.
    """
    connection.execute("""
        create or replace temp view watchlist_entries as
        select unique_id from model_input where is_watchlist""")
    connection.execute(f"""
        create or replace temp view people_pairs as
        select s.*, {_PROBABILITY} from scored s
        anti join watchlist_entries l on l.unique_id = s.left_no
        anti join watchlist_entries r on r.unique_id = s.right_no""")
    connection.execute(f"""
        create or replace temp view watchlist_pairs as
        select s.*, {_PROBABILITY} from scored s
        where left_no in (from watchlist_entries) or right_no in (from watchlist_entries)""")


def _levels(package: MatchModelPackage) -> list[dict[str, Any]]:
    """Say of every level what it weighs, and whether that was learned, declared or bounded."""
    declared = {comparison.name: comparison for comparison in COMPARISONS}
    observed = package.figures["training"]["observed"]
    figures = []
    for trained in package.settings["comparisons"]:
        comparison = declared[trained["output_column_name"]]
        levels = [x for x in trained["comparison_levels"] if not x.get("is_null_level")]
        figures.append(
            {
                "comparison": comparison.name,
                "bounds": list(comparison.bounds),
                "levels": [
                    _level(level, was, seen, comparison.bounds)
                    for level, was, seen in zip(
                        levels, comparison.levels, observed[comparison.name], strict=True
                    )
                ],
            }
        )
    return figures


def _level(
    trained: dict[str, Any], declared: Level, seen: dict[str, bool], bounds: tuple[float, float]
) -> dict[str, Any]:
    m, u = float(trained["m_probability"]), float(trained["u_probability"])
    weight = math.log2(m / u)
    lowest, highest = bounds[0], min(bounds[1], declared.cap)
    return {
        "label": declared.label,
        "weight": round(weight, 4),
        "m": m,
        "u": u,
        "declared_m": declared.m,
        "declared_u": declared.u,
        "m_from": "fixed" if declared.fixed_m else "learned" if seen["m"] else "declared",
        "u_from": "fixed" if declared.fixed_u else "learned" if seen["u"] else "declared",
        "bounded": abs(weight - lowest) < 1e-6 or abs(weight - highest) < 1e-6,
        "frequency": declared.tf,
        "frequency_weight": declared.tf_weight if declared.tf else 0.0,
    }


def _records(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> list[dict[str, Any]]:
    """Count records by source, and the share of them that each comparison has a value of."""
    used = {comparison["output_column_name"] for comparison in package.settings["comparisons"]}
    needs = [(c.name, c.needs) for c in COMPARISONS if c.name in used]
    types = dict(connection.execute(
        "select column_name, data_type from duckdb_columns() where table_name = 'model_input'"
    ).fetchall())  # fmt: skip
    shares = ", ".join(
        f"avg((coalesce(len({column}), 0) > 0)::int)"
        if types[column].endswith("[]")
        else f"avg(({column} is not null)::int)"
        for _, column in needs
    )
    rows = connection.execute(f"""
        select source, is_watchlist, count(*), {shares} from model_input
        group by source, is_watchlist order by is_watchlist, source""").fetchall()
    return [
        {
            "source": source,
            "watchlist": watchlist,
            "records": count,
            "filled": {
                name: round(share, 4) for (name, _), share in zip(needs, filled, strict=True)
            },
        }
        for source, watchlist, count, *filled in rows
    ]


def _weights(connection: duckdb.DuckDBPyConnection, table: str, one_in: int) -> dict[str, Any]:
    """Spread the pairs of a table over whole match weights; `bins` are [from, pairs, matches]."""
    bins = connection.execute(f"""
        select floor(match_weight)::int, count(*) * {one_in},
            round(fsum(probability) * {one_in}, 3) from {table}
        group by 1 order by 1""").fetchall()
    return {
        "bins": [list(row) for row in bins],
        "pairs": sum(pairs for _, pairs, _ in bins),
        "matches": round(math.fsum(matches for _, _, matches in bins), 3),
    }


def _thresholds(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, one_in: int
) -> list[dict[str, Any]]:
    """Tell what the model expects of the pairs at or above each threshold, in order of weight."""
    named = package.thresholds
    names = {named.link_weight: "LINK", named.review_weight: "REVIEW", named.break_weight: "BREAK"}
    # no threshold lies inside one of these groups, so a group's least weight places it
    steps = " + ".join(f"(match_weight >= {weight})::int" for weight in names)
    groups = connection.execute(f"""
        select min(match_weight), count(*) * {one_in}, fsum(probability) * {one_in}
        from people_pairs
        group by floor(match_weight), {steps} order by 1""").fetchall()
    everything = math.fsum(matches for _, _, matches in groups)
    figures = []
    for weight in sorted({*names, *_THRESHOLDS_TRIED}):
        pairs = sum(count for least, count, _ in groups if least >= weight)
        matches = math.fsum(expected for least, _, expected in groups if least >= weight)
        figures.append(
            {
                "name": names.get(weight, ""),
                "weight": weight,
                "pairs": pairs,
                "matches": round(matches, 3),
                "precision": round(matches / pairs, 9) if pairs else None,
                "recall": round(matches / everything, 9) if everything else None,
            }
        )
    return figures


def _sources(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, one_in: int
) -> list[dict[str, Any]]:
    """Count pairs and expected matches between and within sources."""
    rows = connection.execute(f"""
        select least(l.source, r.source) as one, greatest(l.source, r.source) as other,
            count(*) * {one_in},
            count(*) filter (match_weight >= {package.thresholds.link_weight}) * {one_in},
            round(fsum(probability) * {one_in}, 3)
        from people_pairs p join model_input l on l.unique_id = p.left_no
        join model_input r on r.unique_id = p.right_no
        group by one, other order by one, other""").fetchall()
    names = ("one", "other", "pairs", "links", "matches")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _unlinkable(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> dict[str, Any]:
    """Score records against themselves: what stays low then can hardly be linked to anything.

    Source:
        Splink's unlinkables chart rests on the same idea.
    """
    connection.execute(f"""
        create or replace temp table self_pairs as
        select unique_id as left_no, unique_id as right_no, 0 as rule from model_input
        where not is_watchlist order by hash(unique_id), unique_id
        limit {_MOST_RECORDS_AGAINST_THEMSELVES}""")
    score_pairs(connection, package, pairs="self_pairs", scored="self_scored")
    bins = connection.execute(
        "select floor(match_weight)::int, count(*) from self_scored group by 1 order by 1"
    ).fetchall()
    link, review = package.thresholds.link_weight, package.thresholds.review_weight
    rows = connection.execute(f"""
        select source, count(*), count(*) filter (match_weight < {link}),
            count(*) filter (match_weight < {review})
        from self_scored join model_input on unique_id = left_no
        group by source order by source""").fetchall()
    connection.execute("drop table self_pairs")
    connection.execute("drop table self_scored")
    names = ("source", "records", "below_link", "below_review")
    return {
        "bins": [list(row) for row in bins],
        "sources": [dict(zip(names, row, strict=True)) for row in rows],
    }

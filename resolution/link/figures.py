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
_MOST_RECORDS_AGAINST_THEMSELVES = 500_000

_PROBABILITY = (
    "1.0 / (1.0 + pow(2.0, -greatest(-60.0, least(60.0, match_weight)))) as probability"
)


def training_figures(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, *, first_prior: float
) -> dict[str, Any]:
    """Measure a model on the tables that training leaves on the connection.

    Args:
        connection: holds `model_input`, `blocking_keys`, `pairs` and `scored`.
        package: the model, its prior settled.
        first_prior: what the prior was before it was settled.

    Returns:
        What the report shows beyond `figures["training"]` and `figures["blocking"]`, ready for
        JSON: `records`, `prior`, `levels`, `pairs`, `thresholds`, `sources`, `rules`, `recall`,
        `unlinkable`, `frequencies`.
    """
    connection.execute(f"""
        create or replace temp table person_records as
        select unique_id, source from model_input where not is_watchlist""")
    connection.execute(f"""
        create or replace temp table people_pairs as
        select s.*, {_PROBABILITY}, l.source as left_source, r.source as right_source
        from scored s join person_records l on l.unique_id = s.left_no
        join person_records r on r.unique_id = s.right_no""")
    connection.execute(f"""
        create or replace temp table watchlist_pairs as
        select s.*, {_PROBABILITY} from scored s
        anti join person_records l on l.unique_id = s.left_no
        union all
        select s.*, {_PROBABILITY} from scored s
        anti join person_records r on r.unique_id = s.right_no""")
    figures = {
        "records": _records(connection, package),
        "levels": _levels(package),
        "pairs": {
            "people": _weights(connection, "people_pairs"),
            "watchlist": _weights(connection, "watchlist_pairs"),
        },
        "thresholds": _thresholds(connection, package),
        "sources": _sources(connection, package),
        "unlinkable": _unlinkable(connection, package),
        "frequencies": frequency_figures(connection, package),
        **blocking_figures(connection, package),
    }
    figures["prior"] = {"first": first_prior, "matches": figures["pairs"]["people"]["matches"]}
    for table in ("person_records", "people_pairs", "watchlist_pairs"):
        connection.execute(f"drop table {table}")
    return figures


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


def _weights(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """Spread the pairs of a table over whole match weights; `bins` are [from, pairs, matches]."""
    bins = connection.execute(f"""
        select floor(match_weight)::int, count(*), round(fsum(probability), 3) from {table}
        group by 1 order by 1""").fetchall()
    return {
        "bins": [list(row) for row in bins],
        "pairs": sum(pairs for _, pairs, _ in bins),
        "matches": round(math.fsum(matches for _, _, matches in bins), 3),
    }


def _thresholds(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> list[dict[str, Any]]:
    """Tell what the model expects of pairs at or above each threshold, by its own probabilities."""
    named = package.thresholds
    asked = {named.link_weight: "LINK", named.review_weight: "REVIEW", named.break_weight: "BREAK"}
    weights = sorted({*asked, *(float(weight) for weight in range(-10, 21))})
    places = ", ".join(f"({weight})" for weight in weights)
    rows = connection.execute(f"""
        with spread as (
            select t.weight, count(*) as pairs, fsum(p.probability) as matches
            from (values {places}) t(weight) asof join people_pairs p
                on false group by 1)
        select 1""").fetchall() if False else [
        connection.execute(f"""
            select count(*), round(coalesce(fsum(probability), 0), 3) from people_pairs
            where match_weight >= {weight}""").fetchall()[0]
        for weight in weights
    ]
    (everything,) = connection.execute(
        "select coalesce(fsum(probability), 0) from people_pairs"
    ).fetchall()[0]
    return [
        {
            "name": asked.get(weight, ""),
            "weight": weight,
            "pairs": pairs,
            "matches": matches,
            "precision": round(matches / pairs, 6) if pairs else 1.0,
            "recall": round(matches / everything, 6) if everything else 0.0,
        }
        for weight, (pairs, matches) in zip(weights, rows, strict=True)
    ]

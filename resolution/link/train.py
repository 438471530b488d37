"""Trains a match model on a population without labels, and makes what it learned safe to use.

What Splink cannot see (rare levels, identifiers) stays as declared, what it saw little of is drawn
towards the declared value, and no level leaves its comparison's bounds: one field never vetoes or
settles an identity alone.
"""

import math
from dataclasses import replace
from typing import Any

import duckdb

from models.errors import MatchModelError
from models.match_model.comparisons import Comparison
from models.match_model.package import (
    DEFAULT_SCREENING,
    DEFAULT_THRESHOLDS,
    LAYOUT_VERSION,
    MatchModelPackage,
)
from resolution.engines.stopwatch import Stopwatch
from resolution.link.blocking import choose_capped_keys, make_keys, make_pairs
from resolution.link.features import apply_frequencies, count_frequencies
from resolution.link.figures import training_figures
from resolution.link.learn import learn
from resolution.link.lint import lint
from resolution.link.packages import content_version
from resolution.link.predict import score_pairs
from resolution.link.settings import comparisons_in_use
from resolution.link.source_evidence import count_source_pairs

# Enough for a prior to a hundredth of its logarithm, and for the shares that the report shows.
_MOST_PAIRS_SCORED = 500_000

# A trained m counts as this many expected matches; the declared m as _DECLARED_MATCHES.
_DECLARED_MATCHES = 100.0
_LEAST_OF_DECLARED = 0.2
_LOWEST_PRIOR, _HIGHEST_PRIOR = 1e-9, 0.05

# Significant digits of what is learned; the data never say more.
_DIGITS_KEPT = 6


def train(
    connection: duckdb.DuckDBPyConnection,
    *,
    standardiser_version: str,
    learned: MatchModelPackage | None = None,
    watch: Stopwatch,
) -> MatchModelPackage:
    """Train on table `features`; leaves `model_input`, `blocking_keys` and `pairs`.

    Args:
        connection: holds `features`, and the macros of the comparisons.
        standardiser_version: what made the records.
        learned: take m and u from this match model, learned elsewhere, where it compares all that
            this population holds. How common values are, which keys are too common and the prior
            are always counted here: they belong to a population, and another's would link
            namesakes that it never met.
        watch: times the stages.

    Raises:
        MatchModelError: if no person record holds anything that is compared.
    """
    with watch.stage("frequencies"):
        frequencies = count_frequencies(connection)
        apply_frequencies(connection, frequencies)
    with watch.stage("block"):
        make_keys(connection)
        capped = choose_capped_keys(connection)
        rules = make_pairs(connection, capped)
    (population,) = connection.execute(
        "select count(*) from model_input where not is_watchlist"
    ).fetchall()[0]
    comparisons = comparisons_in_use(connection, "model_input")
    if not comparisons:
        raise MatchModelError(
            "there is nothing to train a match model on: no record of a person holds a value that"
            " is compared; deliver records, or see in the mappings that names are mapped"
        )
    prior = _first_prior(connection, population)
    taken = _taken(learned, comparisons, prior=prior)
    if taken is None:
        with watch.stage("learn"):
            settings, trained = learn(connection, comparisons, prior=prior)
        settings = _make_safe(settings, comparisons, trained, prior=prior)
    else:
        settings, trained = taken
    package = MatchModelPackage(
        version="",
        layout_version=LAYOUT_VERSION,
        standardiser_version=standardiser_version,
        settings=settings,
        frequencies=frequencies,
        capped_keys=capped,
        thresholds=DEFAULT_THRESHOLDS,
        screening=DEFAULT_SCREENING,
        population=population,
        lint=(),
        figures={"training": trained, "blocking": [_as_dict(rule) for rule in rules]},
    )
    one_in = max(1, math.ceil(sum(rule.pairs for rule in rules) / _MOST_PAIRS_SCORED))
    with watch.stage("prior"):
        package = _settle_prior(connection, package, population, one_in=one_in)
        sources = count_source_pairs(connection, one_in=one_in, thresholds=package.thresholds)
        package = replace(package, frequencies=frequencies | {"sources": sources})
    with watch.stage("figures"):
        figures = package.figures | training_figures(
            connection, package, first_prior=prior, one_in=one_in
        )
    connection.execute("drop table scored")
    package = replace(package, figures=figures, lint=tuple(lint(package, trained)))
    return replace(package, version=content_version(package))


def _as_dict(rule: Any) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__slots__}


def _taken(
    learned: MatchModelPackage | None, comparisons: list[Comparison], *, prior: float
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return settings and training of another match model; None if it lacks a comparison."""
    if learned is None:
        return None
    known = {each["output_column_name"]: each for each in learned.settings["comparisons"]}
    if not all(comparison.name in known for comparison in comparisons):
        return None
    settings = learned.settings | {
        "comparisons": [known[comparison.name] for comparison in comparisons],
        "probability_two_random_records_match": prior,
    }
    return settings, learned.figures["training"] | {"taken_from": learned.version}


def _first_prior(connection: duckdb.DuckDBPyConnection, population: int) -> float:
    """Guess the prior from pairs that agree on name and whole date of birth, or on a number."""
    (sure,) = connection.execute("""
        select coalesce(sum(n * (n - 1) / 2), 0) from (
            select count(*) as n from model_input
            where not is_watchlist and birth is not null and len(tokens) > 1
            group by root_key, birth)""").fetchall()[0]
    pairs = max(1.0, population * (population - 1) / 2)
    # about half of all matches agree so fully; the prior is settled later by what was scored
    return float(min(_HIGHEST_PRIOR, max(_LOWEST_PRIOR, 2.0 * sure / pairs)))


def _make_safe(
    settings: dict[str, Any],
    comparisons: list[Comparison],
    trained: dict[str, Any],
    *,
    prior: float,
) -> dict[str, Any]:
    """Blend with what was declared, clamp to bounds, and give unseen levels the declared values."""
    matches = sum(session["matches"] for session in trained["sessions"])
    share = matches / (matches + _DECLARED_MATCHES)
    by_name = {comparison.name: comparison for comparison in comparisons}
    safe = []
    for described in settings["comparisons"]:
        comparison = by_name[described["output_column_name"]]
        observed = trained["observed"][comparison.name]
        levels = [
            level for level in described["comparison_levels"] if not level.get("is_null_level")
        ]
        for level, declared, seen in zip(levels, comparison.levels, observed, strict=True):
            m = float(level.get("m_probability", declared.m)) if seen["m"] else declared.m
            u = float(level.get("u_probability", declared.u)) if seen["u"] else declared.u
            if declared.fixed_u:
                u = declared.u
            m = share * m + (1.0 - share) * declared.m if seen["m"] else declared.m
            # little is seen of levels that only rare errors reach: never far below the declared
            m = declared.m if declared.fixed_m else max(m, _LEAST_OF_DECLARED * declared.m)
            if not declared.fixed_u:
                u = _without_matches(u, m, prior)
            m, u = _within(m, u, (comparison.bounds[0], min(comparison.bounds[1], declared.cap)))
            level["m_probability"], level["u_probability"] = _rounded(m), _rounded(u)
        safe.append(described)
    return settings | {
        "comparisons": safe,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _without_matches(u: float, m: float, prior: float) -> float:
    """Take out of u the true matches that were among the random pairs.

    In a small population with many records a person they are most of a rare level.
    """
    return max((u - prior * m) / (1.0 - prior), 0.02 * u)


def _within(m: float, u: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """Bring log2(m / u) within bounds: a veto is weakened by its m, a certainty by its u."""
    lowest, highest = bounds
    m = min(max(m, 1e-5), 0.99999)
    u = min(max(u, 1e-8, m * math.exp2(-highest)), 0.99999)
    return min(max(m, u * math.exp2(lowest)), 0.99999), u


def _rounded(learned: float) -> float:
    """Drop the last digits: sums over threads differ there, and equal data is equal version."""
    return float(f"{learned:.{_DIGITS_KEPT}g}")


def _settle_prior(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    population: int,
    *,
    one_in: int,
) -> MatchModelPackage:
    """Set the prior so that it equals the share of matches that the pairs then show.

    Leaves `scored`: one in so many of the pairs, chosen by which records they are of.
    """
    # record numbers rise with record ids: the same records give the same sample in any order
    connection.execute(f"""
        create or replace temp table sampled_pairs as
        select * from pairs where hash(left_no, right_no) % {one_in} = 0""")
    score_pairs(connection, package, pairs="sampled_pairs", scored="scored")
    connection.execute("drop table sampled_pairs")
    all_pairs = max(1.0, population * (population - 1) / 2)
    # gone through once for each step below: the joins are worked once
    connection.execute("""
        create or replace temp table people_weights as
        select s.match_weight from scored s
        join model_input l on l.unique_id = s.left_no and not l.is_watchlist
        join model_input r on r.unique_id = s.right_no and not r.is_watchlist""")
    first = package.prior
    prior = first
    for _ in range(20):
        shift = math.log2(prior / (1 - prior)) - math.log2(first / (1 - first))
        (matches,) = connection.execute(f"""
            select coalesce(sum(1.0 / (1.0 + pow(2.0, -greatest(-60.0, least(60.0,
                match_weight + {shift}))))), 0.0) from people_weights""").fetchall()[0]
        share = float(matches) * one_in / all_pairs
        settled = min(_HIGHEST_PRIOR, max(_LOWEST_PRIOR, share))
        if abs(math.log2(settled / prior)) < 0.01:
            break
        prior = settled
    connection.execute("drop table people_weights")
    prior = _rounded(prior)
    shift = math.log2(prior / (1 - prior)) - math.log2(first / (1 - first))
    connection.execute(f"update scored set match_weight = match_weight + {shift}")
    settings = package.settings | {"probability_two_random_records_match": prior}
    return replace(package, settings=settings)

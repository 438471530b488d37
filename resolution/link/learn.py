"""Learns with Splink: u from random pairs, m by expectation maximisation under a few blocks."""

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import duckdb
from splink import Linker
from splink.internals.comparison import Comparison as SplinkComparison
from splink.internals.comparison_level import ComparisonLevel
from splink.internals.em_training_session import EMTrainingSession
from splink.internals.exceptions import SplinkException

from models.match_model.comparisons import Comparison
from resolution.link.settings import splink_settings
from resolution.link.splink_session import open_linker

# Equalities to train under; each leaves out the comparisons that use its column.
_ONE_NAME = (
    # first and last part: a middle name that one source leaves out hides no match
    "l.roots[1] = r.roots[1] and l.roots[len(l.roots)] = r.roots[len(r.roots)]"
    " and len(l.roots) > 1 and len(r.roots) > 1"
)
_TRAINING_BLOCKS = (
    "l.birth = r.birth",
    _ONE_NAME,
    "l.document_numbers[1] = r.document_numbers[1]",
    "l.person_numbers[1] = r.person_numbers[1]",
)
_MOST_TRAINING_RECORDS = 250_000
_MOST_PAIRS_OF_A_BLOCK = 4_000_000
_RANDOM_PAIRS = 500_000
_FEWEST_PAIRS = 100

# Where people of one name are told apart, u of what they may share starts this far towards m:
# started at that of random pairs, it would never leave it.
_START_OF_SHARED = 0.2


def learn(
    connection: duckdb.DuckDBPyConnection, comparisons: list[Comparison], *, prior: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run Splink's training; return its settings, and what it learned from how much."""
    connection.execute(f"""
        create or replace table training_input as
        select * from model_input where not is_watchlist
        order by md5(record_id) limit {_MOST_TRAINING_RECORDS}""")
    sessions: list[dict[str, Any]] = []
    settings = splink_settings(comparisons, prior=prior)
    with open_linker(connection, "training_input", settings) as linker:
        linker.training.estimate_u_using_random_sampling(
            max_pairs=_RANDOM_PAIRS, seed=1, min_count_per_level=None
        )
        # what random pairs say of u stands; a session holds one for its block alone
        settings = linker.misc.save_model_to_json(out_path=None)
        u_seen = _by_level(linker, lambda level: bool(level._u_is_trained))
        shared = {each.name for each in comparisons if each.shared_by_namesakes}
        for block in _TRAINING_BLOCKS:
            sessions.append(_train_under(connection, linker, block, shared=shared))
        matches = {_description(each): each["matches"] for each in sessions}
        learned_m = _by_level(linker, lambda level: _mean_m(level, matches))
    connection.execute("drop table training_input")
    observed = {}
    for described in settings["comparisons"]:
        name = described["output_column_name"]
        levels = [x for x in described["comparison_levels"] if not x.get("is_null_level")]
        for level, m in zip(levels, learned_m[name], strict=True):
            if m is not None:
                level["m_probability"] = m
        observed[name] = [
            {"m": m is not None, "u": u} for m, u in zip(learned_m[name], u_seen[name], strict=True)
        ]
    return settings, {"sessions": sessions, "observed": observed}


def _by_level(linker: Linker, look: Callable[[ComparisonLevel], Any]) -> dict[str, list[Any]]:
    """Look at every level that is not the null level, by comparison."""
    return {
        comparison.output_column_name: [look(level) for level in _levels(comparison)]
        for comparison in linker._settings_obj.comparisons
    }


def _description(session: Mapping[str, Any]) -> str:
    """Return how Splink names a session with what it learned."""
    return f"EM, blocked on: {session['sampled']}"


def _mean_m(level: ComparisonLevel, matches: Mapping[str, float]) -> float | None:
    """Return a level's m over all sessions, each counted by the matches it saw.

    Splink's median lets a hundred pairs of one odd block say as much as ten thousand of another.
    """
    seen = [
        (float(each["probability"]), matches[each["description"]])
        for each in level._trained_m_probabilities
        if isinstance(each["probability"], float) and matches.get(each["description"])
    ]
    total = math.fsum(weight for _, weight in seen)
    return math.fsum(m * weight for m, weight in seen) / total if total else None


def _train_under(
    connection: duckdb.DuckDBPyConnection, linker: Linker, block: str, *, shared: set[str]
) -> dict[str, Any]:
    """Run one session of expectation maximisation, if the block has pairs to learn from.

    Different people of one name share a nationality or a place of birth more often than any two
    people do. With u of these (`shared`) held at that of random pairs they would pass for matches,
    and their dates of birth for errors: among pairs of one name it is learned along with m.
    """
    (pairs,) = connection.execute(f"""
        select count(*) from training_input l join training_input r
            on {block} and l.unique_id < r.unique_id""").fetchall()[0]
    # an even share of the pairs of a large block teaches as much as all of them
    one_in = math.ceil(pairs / _MOST_PAIRS_OF_A_BLOCK)
    sampled = block if one_in <= 1 else f"({block}) and l.unique_id % {one_in} = 0"
    session: dict[str, Any] = {
        "block": block, "sampled": sampled, "pairs": int(pairs), "matches": 0.0
    }  # fmt: skip
    if pairs < _FEWEST_PAIRS:
        return session
    result = None
    if block == _ONE_NAME:
        result = _maximise(linker, sampled, free=shared)
    # a block of matches alone has no u of its own to learn
    result = result or _maximise(linker, sampled, free=set())
    if result is None:
        return session
    share = result.core_model_settings.probability_two_random_records_match
    return session | {"matches": float(share) * int(pairs)}


def _maximise(linker: Linker, block: str, *, free: set[str]) -> EMTrainingSession | None:
    """Run one session, u of the comparisons in `free` learned too.

    Returns:
        None if nothing is left to learn, or the block holds one class of pairs only.
    """
    settings = linker._settings_obj
    before = deepcopy(settings.core_model_settings)
    u_before = _by_level(linker, lambda level: float(level.u_probability or 0.0))
    for comparison in settings.comparisons:
        for level in _levels(comparison):
            level._fix_u_probability = comparison.output_column_name not in free
            if not level._fix_u_probability:
                m, u = float(level.m_probability or 0.0), float(level.u_probability or 0.0)
                level.u_probability = u + _START_OF_SHARED * (m - u)
    try:
        result = linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True, fix_u_probabilities=not free
        )
    except (SplinkException, ValueError):
        # what fails leaves its own settings behind, with the block's comparisons left out
        settings.core_model_settings = before
        return None
    for comparison in settings.comparisons:
        known = u_before[comparison.output_column_name]
        for level, u in zip(_levels(comparison), known, strict=True):
            level.u_probability = u
    return result


def _levels(comparison: SplinkComparison) -> list[ComparisonLevel]:
    return [level for level in comparison.comparison_levels if not level.is_null_level]

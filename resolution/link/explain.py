"""Scores a few pairs with every part of the weight kept: why, as data.

The SQL is Splink's own, generated once for a match model, so a weight here is the batch's weight.
"""

import math
from dataclasses import dataclass
from typing import Any

import duckdb
from splink import SettingsCreator
from splink.internals.pipeline import CTEPipeline
from splink.internals.predict import predict_from_comparison_vectors_sqls_using_settings

from models.match_model.blocking import BLOCKING_RULES
from models.match_model.comparisons import COMPARISONS
from models.match_model.package import MatchModelPackage
from models.prediction import ComparisonEvidence, PairExplanation
from resolution.link.blocking import too_common_for_entries

_BY_NAME = {comparison.name: comparison for comparison in COMPARISONS}


@dataclass(frozen=True, slots=True)
class ScoringSql:
    """What scores pairs of `model_input`, compiled from a match model.

    Attributes:
        sql: scores table `pairs_to_explain` (left_no, right_no), all parts kept.
        comparisons: names in order, with the labels of their levels by comparison vector value.
    """

    sql: str
    comparisons: tuple[tuple[str, dict[int, str]], ...]
    prior_weight: float


def compile_scoring(package: MatchModelPackage) -> ScoringSql:
    """Generate Splink's scoring SQL for a match model, all intermediate parts kept."""
    described = package.settings | {
        # Without it Splink leaves out which level each comparison found.
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }
    settings = SettingsCreator.from_path_or_dict(described).get_settings("duckdb")
    pipeline = CTEPipeline()
    pipeline.enqueue_sql(
        f"select {', '.join(settings._columns_to_select_for_blocking)}, '0' as match_key"
        " from pairs_to_explain p join model_input l on l.unique_id = p.left_no"
        " join model_input r on r.unique_id = p.right_no",
        "__splink__compare_two_records_blocked",
    )
    pipeline.enqueue_sql(
        f"select {', '.join(settings._columns_to_select_for_comparison_vector_values)}"
        " from __splink__compare_two_records_blocked",
        "__splink__df_comparison_vectors",
    )
    pipeline.enqueue_list_of_sqls(predict_from_comparison_vectors_sqls_using_settings(settings))
    labels = tuple(
        (
            comparison.output_column_name,
            {
                level.comparison_vector_value: level.label_for_charts
                for level in comparison.comparison_levels
            },
        )
        for comparison in settings.comparisons
    )
    return ScoringSql(pipeline.generate_cte_pipeline_sql(), labels, _log2_odds(package.prior))


def _log2_odds(probability: float) -> float:
    return math.log2(probability / (1.0 - probability))


def explain_pairs(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, scoring: ScoringSql
) -> list[PairExplanation]:
    """Explain every pair of table `pairs_to_explain` (left_no, right_no) over `model_input`.

    Expects `blocking_keys` too: a rule that gives both records a usable key brings them together.

    Returns:
        Strongest first; ties in order of ids.
    """
    result = connection.execute(scoring.sql)
    columns = [name for name, *_ in result.description or ()]
    scored = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    shown = _shown_values(connection)
    rules = _rules_by_pair(connection, package)
    explanations = [_explanation(row, package.version, scoring, shown, rules) for row in scored]
    return sorted(explanations, key=lambda e: (-e.match_weight, e.left_id, e.right_id))


def _explanation(
    row: dict[str, Any],
    version: str,
    scoring: ScoringSql,
    shown: dict[int, dict[str, Any]],
    rules: dict[tuple[int, int], tuple[str, ...]],
) -> PairExplanation:
    left_no, right_no = sorted((row["unique_id_l"], row["unique_id_r"]))
    left, right = shown[left_no], shown[right_no]
    evidence = tuple(
        ComparisonEvidence(
            comparison=name,
            level=labels[row[f"gamma_{name}"]],
            left_value=left[_BY_NAME[name].shows],
            right_value=right[_BY_NAME[name].shows],
            level_weight=row[f"mw_{name}"],
            term_frequency_weight=row.get(f"mw_tf_adj_{name}") or 0.0,
        )
        for name, labels in scoring.comparisons
    )
    return PairExplanation(
        left_id=left["record_id"],
        right_id=right["record_id"],
        model_version=version,
        prior_weight=scoring.prior_weight,
        comparisons=evidence,
        match_weight=row["match_weight"],
        blocking_rules=rules.get((left_no, right_no), ()),
    )


def _shown_values(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, Any]]:
    """Return what a person is shown of each record that takes part."""
    columns = ["record_id", *sorted({comparison.shows for comparison in COMPARISONS})]
    rows = connection.execute(f"""
        select unique_id, {", ".join(columns)} from model_input where unique_id in (
            select left_no from pairs_to_explain union select right_no from pairs_to_explain)
        """).fetchall()
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}


def _rules_by_pair(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the descriptions of every blocking rule that brings each pair together."""
    connection.register("capped_keys_arrow", package.capped_keys)
    connection.register("barred_keys_arrow", too_common_for_entries(package.capped_keys))
    rows = connection.execute("""
        select distinct least(p.left_no, p.right_no), greatest(p.left_no, p.right_no), l.rule
        from pairs_to_explain p
        join blocking_keys l on l.unique_id = p.left_no
        join blocking_keys r on r.unique_id = p.right_no and r.key = l.key and r.rule = l.rule
        join model_input a on a.unique_id = p.left_no
        join model_input b on b.unique_id = p.right_no
        left join capped_keys_arrow c on c.key = l.key and c.rule = l.rule
        left join barred_keys_arrow e on e.key = l.key and e.rule = l.rule
        where c.key is null or ((a.is_watchlist or b.is_watchlist) and e.key is null)
        order by 1, 2, 3""").fetchall()
    connection.unregister("capped_keys_arrow")
    connection.unregister("barred_keys_arrow")
    found: dict[tuple[int, int], list[str]] = {}
    for left_no, right_no, rule in rows:
        found.setdefault((left_no, right_no), []).append(BLOCKING_RULES[rule].description)
    return {pair: tuple(descriptions) for pair, descriptions in found.items()}

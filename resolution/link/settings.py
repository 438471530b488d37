"""Builds the Splink settings of a match model from the declared comparisons."""

from typing import Any

import duckdb

from models.match_model.comparisons import COMPARISONS, Comparison, Level


def comparisons_in_use(connection: duckdb.DuckDBPyConnection, table: str) -> list[Comparison]:
    """Return the comparisons that some person record of `table` has a value for.

    One default configuration serves every population: what a population does not hold is left out.
    """
    tests = ", ".join(
        f"count(*) filter (len({c.needs}) > 0)"
        if _is_list(connection, table, c.needs)
        else f"count({c.needs})"
        for c in COMPARISONS
    )
    counts = connection.execute(f"select {tests} from {table} where not is_watchlist").fetchall()[0]
    return [c for c, count in zip(COMPARISONS, counts, strict=True) if count > 0]


def _is_list(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Tell whether a column of the table is a list."""
    types = connection.execute(
        "select data_type from duckdb_columns() where table_name = ? and column_name = ?",
        [table, column],
    ).fetchall()
    return bool(types) and str(types[0][0]).endswith("[]")


def splink_settings(comparisons: list[Comparison], *, prior: float) -> dict[str, Any]:
    """Return Splink settings holding the declared levels with their starting m and u."""
    return {
        "link_type": "dedupe_only",
        # Splink would draw one by chance, and the same data would give another version each time
        "linker_uid": "identigraph",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.name_key = r.name_key"}],
        "comparisons": [_comparison(comparison) for comparison in comparisons],
        "max_iterations": 30,
        "em_convergence": 0.0003,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    null = {
        "sql_condition": comparison.null_sql,
        "label_for_charts": "nothing to compare",
        "is_null_level": True,
    }
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.name.replace("_", " "),
        "comparison_levels": [null, *(_level(level) for level in comparison.levels)],
    }


def _level(level: Level) -> dict[str, Any]:
    described: dict[str, Any] = {
        "sql_condition": level.sql,
        "label_for_charts": level.label,
        "m_probability": level.m,
        "u_probability": level.u,
        "fix_u_probability": level.fixed_u,
    }
    if level.tf:
        described |= {
            "tf_adjustment_column": level.tf,
            "tf_adjustment_weight": level.tf_weight,
            # our frequencies are of whole names, not of the column alone: use this level's own u
            "disable_tf_exact_match_detection": True,
        }
    return described

"""Scores candidate pairs with Splink."""

import re
from typing import Any

import duckdb

from models.match_model.package import MatchModelPackage
from resolution.link.splink_session import open_linker


def score_pairs(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, *, pairs: str, scored: str
) -> None:
    """Score every pair of table `pairs` over `model_input` into table `scored`.

    Args:
        connection: holds `model_input`, and the macros of the comparisons.
        package: the match model.
        pairs: table (left_no, right_no, rule).
        scored: made: (left_no, right_no, match_weight, rule), left_no < right_no.
    """
    connection.execute(f"""
        create or replace temp table blocked_for_splink as
        select left_no as join_key_l, right_no as join_key_r, rule::varchar as match_key
        from {pairs}""")
    # Splink copies its input for each side of the pairs; texts only people read would double it
    columns = ", ".join(compared_columns(connection, package.settings))
    connection.execute(
        f"create or replace temp view compared_columns as select {columns} from model_input"
    )
    with open_linker(connection, "compared_columns", package.settings) as linker:
        blocked = linker._db_api.register("blocked_for_splink", dataset_display_name="blocked")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        predicted = linker.inference.predict(warning_mode="never")
        connection.execute(f"""
            create or replace table {scored} as
            select least(unique_id_l, unique_id_r) as left_no,
                greatest(unique_id_l, unique_id_r) as right_no, match_weight,
                match_key::smallint as rule
            from {predicted.physical_name}""")
    connection.execute("drop table blocked_for_splink; drop view compared_columns")


def compared_columns(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> list[str]:
    """Return the columns of `model_input` that a match model reads, its key among them."""
    levels = [
        level for comparison in settings["comparisons"] for level in comparison["comparison_levels"]
    ]
    compared = {
        column
        for level in levels
        for column in re.findall(r"\b(\w+)_[lr]\b", level["sql_condition"])
    }
    adjusted = {level.get("tf_adjustment_column") for level in levels} - {None}
    wanted = {"unique_id", *compared, *adjusted, *(f"tf_{column}" for column in adjusted)}
    held = [row[0] for row in connection.execute("describe model_input").fetchall()]
    return [column for column in held if column in wanted]

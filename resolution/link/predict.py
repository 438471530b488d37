"""Scores candidate pairs with Splink."""

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
    with open_linker(connection, "model_input", package.settings) as linker:
        blocked = linker._db_api.register("blocked_for_splink", dataset_display_name="blocked")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        predicted = linker.inference.predict(warning_mode="never")
        connection.execute(f"""
            create or replace table {scored} as
            select least(unique_id_l, unique_id_r) as left_no,
                greatest(unique_id_l, unique_id_r) as right_no, match_weight,
                match_key::smallint as rule
            from {predicted.physical_name}""")
    connection.execute("drop table if exists blocked_for_splink")

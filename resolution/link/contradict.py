"""Weighs where the records of one component contradict each other on what a person has one of."""

import re
from typing import Any

import duckdb

from models.match_model.comparisons import COMPARISONS
from models.match_model.package import MatchModelPackage
from resolution.link.lint import weight_of

_OF_A_SIDE = re.compile(r"\b(\w+)_[lr]\b")


def weigh_contradictions(connection: duckdb.DuckDBPyConnection, package: MatchModelPackage) -> None:
    """Make table `contradictions` (left_no, right_no, weights) of the pairs inside components.

    Expects `scored`, `components` and `model_input`. `weights` holds a number for each exclusive
    comparison of the match model: null where a side holds nothing to compare, the level's match
    weight where it speaks against one person, else 0.
    """
    exclusive = {comparison.name for comparison in COMPARISONS if comparison.exclusive}
    described = [
        comparison
        for comparison in package.settings["comparisons"]
        if comparison["output_column_name"] in exclusive
    ]
    weights = ", ".join(map(_weight_sql, described))
    columns = sorted(set(_OF_A_SIDE.findall(weights)))
    sides = "".join(f", l.{column} as {column}_l, r.{column} as {column}_r" for column in columns)
    connection.execute(f"""
        create or replace table contradictions as
        select left_no, right_no, [{weights}]::double[] as weights from (
            select s.left_no, s.right_no{sides} from scored s
            join components lc on lc.record_no = s.left_no
            join components rc on rc.record_no = s.right_no and rc.component = lc.component
            join model_input l on l.unique_id = s.left_no
            join model_input r on r.unique_id = s.right_no)""")


def _weight_sql(comparison: dict[str, Any]) -> str:
    """Return SQL for the weight of the level found where it is negative, else 0; null for none."""
    branches = []
    for level in comparison["comparison_levels"]:
        weight = None if level.get("is_null_level") else min(0.0, weight_of(level))
        told = "null" if weight is None else repr(weight)
        condition = level["sql_condition"]
        branches.append(f"else {told}" if condition == "ELSE" else f"when {condition} then {told}")
    return f"case {' '.join(branches)} end"

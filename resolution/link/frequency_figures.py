"""Measures term frequencies for the training report, showing no value that tells of one person."""

import math
from typing import Any

import duckdb

from models.match_model.comparisons import COMPARISONS, Comparison, Level
from models.match_model.features import FREQUENCY_COLUMNS, FREQUENCY_SOURCES
from models.match_model.package import MatchModelPackage

# A value is shown if this many people hold it, and among them are as many years of birth: one
# person under many spellings looks like many people, but not like many ages.
FEWEST_HOLDERS_SHOWN = 5
_MOST_SHOWN = 10

# A household can be five people, so no address and no postcode is ever shown.
_SHOWN = ("given", "family", "birth_place")

_BANDS = (
    ("1", 1, 1), ("2 to 4", 2, 4), ("5 to 9", 5, 9), ("10 to 99", 10, 99),
    ("100 to 999", 100, 999), ("1,000 or more", 1000, 2**62),
)  # fmt: skip
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def frequency_figures(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> list[dict[str, Any]]:
    """Measure how common values are and what that does to weights, from table `model_input`.

    Returns:
        One dict for each frequency column in use: distinct values, how they are spread in `bands`
        of holders, the most `common` ones, and what agreement weighs at `quantiles` over records.
    """
    levels = {
        level.tf: (comparison, level)
        for comparison in reversed(COMPARISONS)
        for level in reversed(comparison.levels)
        if level.tf
    }
    columns = [(column, *levels[column]) for column in ("name", *FREQUENCY_COLUMNS)]
    found = [_column(connection, package, *column) for column in columns]
    return [figures for figures in found if figures]


def _column(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    column: str,
    comparison: Comparison,
    level: Level,
) -> dict[str, Any] | None:
    """Measure one column; None where the model does not use it or nothing has a value."""
    trained = _trained_level(package, comparison.name, level.label)
    if trained is None:
        return None
    m, u = trained["m_probability"], trained["u_probability"]

    def weight(tf: float) -> float:
        # as Splink adjusts it: the level's own u gives way to the value's frequency
        return round(math.log2(m / u) + level.tf_weight * math.log2(u / tf), 3)

    quantiles = connection.execute(f"""
        select quantile_disc(tf_{column}, {list(_QUANTILES)}) from model_input
        where tf_{column} is not null and not is_watchlist""").fetchall()[0][0]
    if quantiles is None:
        return None
    figures: dict[str, Any] = {
        "column": column,
        "comparison": comparison.name,
        "level": level.label,
        "quantiles": [
            {"share": share, "tf": tf, "weight": weight(tf)}
            for share, tf in zip(_QUANTILES, quantiles, strict=True)
        ],
    }
    if column in package.frequencies and column != "name":
        people = package.frequencies["size"]["people"][0].as_py()
        figures |= _spread(connection, package, column, people)
        for band in figures["bands"]:
            band["weight"] = weight(band["holders"] / people)
        for value in figures["common"]:
            value["weight"] = weight(value["holders"] / people)
    return figures


def _trained_level(
    package: MatchModelPackage, comparison_name: str, label: str
) -> dict[str, Any] | None:
    for comparison in package.settings["comparisons"]:
        if comparison["output_column_name"] == comparison_name:
            for level in comparison["comparison_levels"]:
                if level["label_for_charts"] == label:
                    return dict(level)
    return None


def _spread(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, column: str, people: int
) -> dict[str, Any]:
    """Return distinct values, bands of holders, and the most common values that may be shown."""
    connection.register("frequency_arrow", package.frequencies[column])
    connection.execute(f"""
        create or replace temp table holders as
        select value, round(tf * {people})::bigint as holders from frequency_arrow""")
    connection.unregister("frequency_arrow")
    bands = []
    for label, lowest, highest in _BANDS:
        values, holders = connection.execute(f"""
            select count(*), coalesce(sum(holders), 0)::bigint from holders
            where holders between {lowest} and {highest}""").fetchall()[0]
        if values:
            bands.append(
                {"label": label, "values": values, "people": holders, "holders": holders / values}
            )
    common = _common(connection, column) if column in _SHOWN else []
    connection.execute("drop table holders")
    return {
        "values": sum(band["values"] for band in bands),
        "people": people,
        "bands": bands,
        "shown": column in _SHOWN,
        "common": common,
    }


def _common(connection: duckdb.DuckDBPyConnection, column: str) -> list[dict[str, Any]]:
    """Return the most common values of a column, none that fewer than five people hold."""
    rows = connection.execute(f"""
        select h.value, any_value(h.holders) as n
        from (from holders where holders >= {FEWEST_HOLDERS_SHOWN}
              order by holders desc, value limit {5 * _MOST_SHOWN}) h
        join model_input i on i.{FREQUENCY_SOURCES.get(column, column)} = h.value
        where not i.is_watchlist
        group by h.value having count(distinct i.birth_year) >= {FEWEST_HOLDERS_SHOWN}
        order by n desc, h.value limit {_MOST_SHOWN}""").fetchall()
    return [{"value": value, "holders": holders} for value, holders in rows]

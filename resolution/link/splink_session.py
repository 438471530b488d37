"""Opens a Splink linker on a DuckDB table, safely: one database API for each set of data."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from models.match_model.comparisons import COMPARISONS


@contextmanager
def open_linker(
    connection: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any]
) -> Iterator[Linker]:
    """Open a linker on a table that carries its own `tf_` columns.

    Splink keeps its caches on the database API by column name, so one API never serves two tables.
    What Splink leaves behind is dropped at the end.
    """
    before = _tables(connection)
    api = DuckDBAPI(connection)
    frame = api.register(table, dataset_display_name=table)
    linker = Linker(frame, settings, log_level=logging.ERROR)
    for column in {level.tf for comparison in COMPARISONS for level in comparison.levels}:
        if column is None:
            continue
        # Splink insists on a look-up for each column, though the input has the frequencies
        lookup = f"unused_tf_{table}_{column}"
        connection.execute(
            f"create or replace temp table {lookup} as"
            f" select ''::varchar as {column}, 0.5::double as tf_{column} where false"
        )
        linker.table_management.register_term_frequency_lookup(
            api.register(lookup, dataset_display_name=lookup), column
        )
    try:
        yield linker
    finally:
        for name, kind in _tables(connection) - before:
            if name.startswith(("__splink", "unused_tf_")):
                connection.execute(f'drop {kind} if exists "{name}"')


def _tables(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Return name and kind of every table and view that now exists."""
    return {
        (name, "view" if kind == "VIEW" else "table")
        for name, kind in connection.execute(
            "select table_name, table_type from information_schema.tables"
        ).fetchall()
    }

"""Moves many rows into SQLite: few statements, and the next rows made while these are written."""

import sqlite3
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

from graph.workbench import Rows

Item = TypeVar("Item")

# A row costs half as much in a statement of many; past some hundreds nothing more is gained.
_ROWS_IN_A_STATEMENT = 500
# SQLite takes 32,766.
_MOST_VALUES_IN_A_STATEMENT = 30_000


def insert_rows(connection: sqlite3.Connection, statement: str, rows: Rows) -> None:
    """Insert rows by a statement that ends in VALUES and the parameters of one row."""
    if not rows:
        return
    head, _, one = statement.partition(" VALUES ")
    at_once = min(_ROWS_IN_A_STATEMENT, _MOST_VALUES_IN_A_STATEMENT // len(rows[0]))
    many = f"{head} VALUES {', '.join([one] * at_once)}"
    whole = len(rows) - len(rows) % at_once
    for start in range(0, whole, at_once):
        values = list(chain.from_iterable(rows[start : start + at_once]))
        connection.execute(many, values)
    connection.executemany(statement, rows[whole:])


def ahead(items: Iterable[Item]) -> Generator[Item]:
    """Return the items as they come, each next one made in a thread while one is worked on."""
    iterator, end = iter(items), object()
    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(next, iterator, end)
        while (item := coming.result()) is not end:
            coming = worker.submit(next, iterator, end)
            yield item  # type: ignore[misc]

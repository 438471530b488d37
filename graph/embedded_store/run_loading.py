"""Moves rows of a run being built from DuckDB into SQLite, in short transactions."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyarrow as pa

from graph.embedded_store.bulk import ahead, insert_rows
from graph.embedded_store.connections import ConnectionPool
from graph.embedded_store.run_build import Rows, RunBuild
from graph.embedded_store.run_tables import RunTable
from models.errors import BackendUnavailableError


@contextmanager
def writing_to(
    pool: ConnectionPool, build: RunBuild, *, is_durable: bool = False
) -> Iterator[sqlite3.Connection]:
    """Write to a run, as long as it is still the one being built.

    Raises:
        BackendUnavailableError: if another process began a run meanwhile, which swept this one.
    """
    timeout_s = pool.settings.build_timeout_s
    with pool.writing(is_durable=is_durable, timeout_s=timeout_s) as connection:
        status = connection.execute(
            "SELECT 1 FROM run WHERE run_no = ? AND status = 'building'", (build.run_no,)
        ).fetchone()
        if status is None:
            raise BackendUnavailableError(
                f"run {build.run_id!r} is no longer being built: another was begun"
            )
        yield connection


def load_table(
    pool: ConnectionPool, build: RunBuild, table: RunTable, batches: Iterable[pa.RecordBatch]
) -> int:
    """Load one table of the run; return how many rows came in."""
    build.take("incoming", batches, table.schema)
    build.run(f"CREATE OR REPLACE TABLE loading AS {table.staging}")
    if table.record_ids:
        number_ids(pool, build, "record", table.record_ids)
    if table.identity_ids:
        number_ids(pool, build, "identity", table.identity_ids)
    if table.attribute_ids:
        number_ids(pool, build, "attribute", table.attribute_ids)
    for chunk in ahead(build.rows(table.rows, at_once=pool.settings.load_rows)):
        rows = [(build.run_no, *row) for row in chunk]
        with writing_to(pool, build) as connection:
            insert_rows(connection, table.insert, rows)
    return build.value("SELECT count(*) FROM loading")


def number_ids(pool: ConnectionPool, build: RunBuild, kind: str, ids: str) -> None:
    """Give a number to every id that has none.

    Args:
        pool: of the store.
        build: of the run that brings the ids.
        kind: `record`, `identity` or `attribute`.
        ids: DuckDB query with the columns `id`, repeated or not, and `place`: an id's least place
            is its place in the order of new numbers.
    """
    numbers = f"{kind}_number"
    if not build.has(numbers):
        build.create(numbers, "id VARCHAR, no BIGINT")
        _take_numbers(pool, build, kind)
    new_ids = build.rows(
        f"SELECT id FROM ({ids}) ANTI JOIN {numbers} USING (id) GROUP BY id ORDER BY min(place)",
        at_once=pool.settings.load_rows,
    )
    for chunk in new_ids:
        _number_chunk(pool, build, kind, [row[0] for row in chunk])


def _number_chunk(pool: ConnectionPool, build: RunBuild, kind: str, ids: list[str]) -> None:
    """Number some ids that had none a moment ago."""
    known = build.highest[kind]
    with writing_to(pool, build) as connection:
        # Another process may have numbered some since we looked.
        late: Rows = connection.execute(
            f"SELECT {kind}_id, {kind}_no FROM {kind} WHERE {kind}_no > ?", (known,)
        ).fetchall()
        taken = {row[0] for row in late}
        first = 1 + max((row[1] for row in late), default=known)
        new = list(enumerate((i for i in ids if i not in taken), start=first))
        insert_rows(connection, f"INSERT INTO {kind} VALUES (?, ?)", new)
    build.append(f"{kind}_number", late + [(text, number) for number, text in new])
    build.highest[kind] = first + len(new) - 1


def _take_numbers(pool: ConnectionPool, build: RunBuild, kind: str) -> None:
    """Copy the numbers the store has given so far."""
    with pool.reading() as connection:
        cursor = connection.execute(f"SELECT {kind}_id, {kind}_no FROM {kind} ORDER BY {kind}_no")
        while rows := cursor.fetchmany(pool.settings.load_rows):
            build.append(f"{kind}_number", rows)
            build.highest[kind] = rows[-1][1]

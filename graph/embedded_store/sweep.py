"""Removes what is no longer served, a little at a time, so that live writes never wait long."""

from collections.abc import Iterator

from graph.embedded_store.connections import ConnectionPool
from graph.embedded_store.run_build import Rows
from graph.embedded_store.run_tables import RUN_TABLES

# The served run and the one before it, which can be switched back to.
_RUNS_KEPT = 2

# A version is dead once the published run serves a newer one, or none.
_IS_DEAD = (
    "since <= ?1 AND ({is_end} OR EXISTS (SELECT 1 FROM {table} AS newer WHERE"
    " newer.record_no = version.record_no AND newer.since > version.since AND newer.since <= ?1))"
)
_DEAD_RECORD = _IS_DEAD.format(table="record_version", is_end="body_no IS NULL")
_DEAD_KEYS = _IS_DEAD.format(table="record_keys", is_end="length(keys) = 0")
_STAGED = "since = ?1"

# Bodies first: should this stop half-way, their versions are still there to be found again.
_SWEEPS = (
    (
        "SELECT body_no FROM record_version AS version WHERE {record} AND body_no IS NOT NULL",
        "DELETE FROM record_body WHERE body_no = ?",
    ),
    (
        "SELECT record_no, since FROM record_version AS version WHERE {record}",
        "DELETE FROM record_version WHERE record_no = ? AND since = ?",
    ),
    (
        "SELECT record_no, since FROM record_keys AS version WHERE {keys}",
        "DELETE FROM record_keys WHERE record_no = ? AND since = ?",
    ),
    (
        "SELECT key, record_no, since FROM blocking_key WHERE {blocking_key}",
        "DELETE FROM blocking_key WHERE key = ? AND record_no = ? AND since = ?",
    ),
)


def sweep_unfinished(pool: ConnectionPool) -> None:
    """Remove whatever failed runs, and sweeps that were cut short, left behind."""
    failed = _numbers(pool, "SELECT run_no FROM run WHERE status = 'failed' AND holds_parts")
    for run_no in failed:
        _remove_parts(pool, run_no)
    failed = _numbers(
        pool, "SELECT run_no FROM run WHERE status = 'failed' AND holds_dead_versions"
    )
    for run_no in failed:
        for query, statement in _SWEEPS:
            query = query.format(record=_STAGED, keys=_STAGED, blocking_key=_STAGED)
            _apply(pool, query, run_no, statement)
        _apply(
            pool,
            "SELECT key, record_no, since FROM blocking_key WHERE until = ?1",
            run_no,
            "UPDATE blocking_key SET until = NULL WHERE key = ? AND record_no = ? AND since = ?",
        )
        _unmark(pool, run_no, "holds_dead_versions")
    sweep_published(pool)


def sweep_published(pool: ConnectionPool) -> None:
    """Remove what the published run replaced, and the parts of runs before the two that are kept.

    Views opened before the switch still see all of it: each reads its own snapshot of the file.
    """
    replaced = _numbers(
        pool, "SELECT run_no FROM run WHERE status = 'published' AND holds_dead_versions"
    )
    for run_no in replaced:
        for query, statement in _SWEEPS:
            query = query.format(record=_DEAD_RECORD, keys=_DEAD_KEYS, blocking_key="until <= ?1")
            _apply(pool, query, run_no, statement)
        _unmark(pool, run_no, "holds_dead_versions")
    _sweep_live(pool)
    former = _numbers(
        pool,
        "SELECT run_no FROM run WHERE status = 'superseded' AND holds_parts"
        " ORDER BY run_no DESC LIMIT -1 OFFSET ?",
        _RUNS_KEPT - 1,
    )
    for run_no in former:
        _remove_parts(pool, run_no)


def _sweep_live(pool: ConnectionPool) -> None:
    """Remove what was written live over runs that are served no more: later runs hold it."""
    former = (
        "run_no <> (SELECT run_no FROM run WHERE status = 'published')"
        " AND run_no <> coalesce((SELECT run_no FROM run WHERE status = 'building'), 0)"
    )
    for query, statement in (
        (
            f"SELECT body_no FROM live_version WHERE ?1 = 0 AND body_no IS NOT NULL AND {former}",
            "DELETE FROM record_body WHERE body_no = ?",
        ),
        (
            f"SELECT run_no, record_no FROM live_version WHERE ?1 = 0 AND {former}",
            "DELETE FROM live_version WHERE run_no = ? AND record_no = ?",
        ),
        (
            f"SELECT run_no, key, record_no FROM live_key WHERE ?1 = 0 AND {former}",
            "DELETE FROM live_key WHERE run_no = ? AND key = ? AND record_no = ?",
        ),
    ):
        _apply(pool, query, 0, statement)


def _remove_parts(pool: ConnectionPool, run_no: int) -> None:
    """Remove memberships, links, golden records and hits of one run."""
    step = pool.settings.load_rows
    (n_records,) = _numbers(pool, "SELECT coalesce(max(record_no), 0) FROM record")
    (n_identities,) = _numbers(pool, "SELECT coalesce(max(identity_no), 0) FROM identity")
    for table in RUN_TABLES.values():
        for start in range(0, max(n_records, n_identities) + 1, step):
            with pool.writing(is_durable=False) as connection:
                connection.execute(table.removal, (run_no, start, start + step))
    _unmark(pool, run_no, "holds_parts")


def _apply(pool: ConnectionPool, query: str, run_no: int, statement: str) -> None:
    """Apply a statement to every row of a query, some rows to a transaction."""
    for rows in _stream(pool, query, run_no):
        with pool.writing(is_durable=False) as connection:
            connection.executemany(statement, rows)


def _stream(pool: ConnectionPool, query: str, run_no: int) -> Iterator[Rows]:
    with pool.reading() as connection:
        cursor = connection.execute(query, (run_no,))
        while rows := cursor.fetchmany(pool.settings.load_rows):
            yield rows


def _unmark(pool: ConnectionPool, run_no: int, mark: str) -> None:
    with pool.writing() as connection:
        connection.execute(f"UPDATE run SET {mark} = 0 WHERE run_no = ?", (run_no,))


def _numbers(pool: ConnectionPool, query: str, *parameters: int) -> list[int]:
    with pool.reading() as connection:
        return [int(row[0]) for row in connection.execute(query, parameters)]

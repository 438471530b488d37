"""Stages what changes in records and blocking keys; what stays the same is not written again."""

import sqlite3
from array import array
from collections.abc import Iterator

import pyarrow as pa

from graph.embedded_store.bulk import ahead, insert_rows
from graph.embedded_store.connections import ConnectionPool
from graph.embedded_store.run_build import Rows, RunBuild
from graph.embedded_store.run_loading import number_ids, writing_to
from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT
from graph.store import RECORD_BODIES, RECORD_HASHES

# A different DuckDB may hash differently: everything is then written once more, no harm done.
# One bit is given up to fit a signed integer.
_HASH = "(hash({}) >> 1)::BIGINT"

_SERVED = (
    "since = (SELECT max(since) FROM {table} AS newer WHERE newer.record_no = version.record_no"
    " AND newer.since <= (SELECT run_no FROM run WHERE status = 'published'))"
)


def record_hashes(pool: ConnectionPool) -> Iterator[pa.RecordBatch]:
    """Stream record_id and content_hash of every record served now."""
    with pool.reading() as connection:
        cursor = connection.execute(
            "SELECT record_id, content_hash FROM record_version AS version"
            " JOIN record USING (record_no)"
            f" WHERE body_no IS NOT NULL AND {_SERVED.format(table='record_version')}"
        )
        while rows := cursor.fetchmany(pool.settings.load_rows):
            ids, hashes = zip(*rows, strict=True)
            yield pa.RecordBatch.from_arrays(
                [pa.array(ids, pa.string()), pa.array(hashes, pa.int64())], schema=RECORD_HASHES
            )


def stage_bodies(pool: ConnectionPool, build: RunBuild, batch: pa.RecordBatch) -> None:
    """Stage new bodies of records."""
    build.take("incoming", [batch], RECORD_BODIES)
    build.run("CREATE OR REPLACE TABLE loading AS SELECT * FROM incoming")
    number_ids(pool, build, "record", "SELECT record_id AS id, record_id AS place FROM loading")
    numbered = build.rows(
        "SELECT no, role, content_hash, source_record, standardised FROM loading"
        " JOIN record_number ON id = record_id ORDER BY no",
        at_once=pool.settings.load_bodies,
    )
    for rows in ahead(numbered):
        with writing_to(pool, build) as connection:
            layout_no = layout_number(connection)
            (last,) = connection.execute(
                "SELECT coalesce(max(body_no), 0) FROM record_body"
            ).fetchone()
            insert_rows(
                connection,
                "INSERT INTO record_body VALUES (?, ?, ?, ?)",
                [(last + n, layout_no, *row[3:]) for n, row in enumerate(rows, start=1)],
            )
            insert_rows(
                connection,
                "INSERT INTO record_version VALUES (?, ?, ?, ?, ?)",
                [
                    (no, build.run_no, role, content_hash, last + n)
                    for n, (no, role, content_hash, *_) in enumerate(rows, start=1)
                ],
            )


def stage_removals(pool: ConnectionPool, build: RunBuild, batch: pa.RecordBatch) -> None:
    """Stage the end of records."""
    rows = [(build.run_no, record_id) for record_id in batch.column("record_id").to_pylist()]
    with writing_to(pool, build) as connection:
        connection.executemany(
            "INSERT INTO record_version"
            " SELECT record_no, ?, '', 0, NULL FROM record WHERE record_id = ?",
            rows,
        )


def layout_number(connection: sqlite3.Connection) -> int:
    """Return the number of today's layouts."""
    layouts = (SOURCE_LAYOUT.text, STANDARDISED_LAYOUT.text)
    connection.execute(
        "INSERT INTO record_layout (source_layout, standardised_layout) VALUES (?, ?)"
        " ON CONFLICT DO NOTHING",
        layouts,
    )
    row = connection.execute(
        "SELECT layout_no FROM record_layout WHERE source_layout = ? AND standardised_layout = ?",
        layouts,
    ).fetchone()
    return int(row[0])


def replace_keys(pool: ConnectionPool, build: RunBuild) -> int:
    """Stage the difference between the keys in `incoming` and those served.

    Returns:
        How many distinct pairs of key and record came in.
    """
    build.run("CREATE OR REPLACE TABLE loading AS SELECT key, record_id FROM incoming")
    number_ids(pool, build, "record", "SELECT record_id AS id, record_id AS place FROM loading")
    build.create(
        "served_keys",
        "record_no BIGINT, content_hash BIGINT",
        _served_keys(pool),
    )
    build.run(
        # The 1 in front: DuckDB gives a list that begins with a 0 the hash of the list without it.
        "CREATE OR REPLACE TABLE new_keys AS SELECT *,"
        f" {_HASH.format('list_prepend(1, keys)')} AS content_hash"
        " FROM (SELECT no AS record_no, list_sort(list_distinct(list(key))) AS keys"
        "  FROM loading JOIN record_number ON id = record_id GROUP BY no)"
    )
    build.run(
        "CREATE OR REPLACE TABLE changed AS SELECT record_no, keys, content_hash FROM new_keys"
        " ANTI JOIN served_keys USING (record_no, content_hash) UNION ALL"
        " SELECT record_no, [], 0 FROM served_keys ANTI JOIN new_keys USING (record_no)"
    )
    build.create("old_key", "record_no BIGINT, key BIGINT", _keys_of_changed(pool, build))
    _stage_keys(pool, build)
    return build.value("SELECT coalesce(sum(len(keys)), 0) FROM new_keys")


def _keys_of_changed(pool: ConnectionPool, build: RunBuild) -> Iterator[Rows]:
    """Read which keys the changed records hold now."""
    changed = build.rows(
        "SELECT record_no FROM changed SEMI JOIN served_keys USING (record_no) ORDER BY record_no",
        at_once=pool.settings.load_rows,
    )
    for rows in changed:
        with pool.reading() as connection:
            packed = connection.execute(
                "SELECT record_no, keys FROM record_keys"
                " WHERE since < ? AND record_no BETWEEN ? AND ?",
                (build.run_no, rows[0][0], rows[-1][0]),
            ).fetchall()
        wanted = {row[0] for row in rows}
        yield [(no, key) for no, keys in packed if no in wanted for key in array("q", keys)]


def _stage_keys(pool: ConnectionPool, build: RunBuild) -> None:
    """Write the changed key sets, the keys that came and the keys that went."""
    new_key = "(SELECT record_no, unnest(keys) AS key FROM changed)"
    at_once = pool.settings.load_rows
    for rows in ahead(build.rows("SELECT * FROM changed ORDER BY record_no", at_once=at_once)):
        packed = [(no, build.run_no, h, array("q", keys).tobytes()) for no, keys, h in rows]
        with writing_to(pool, build) as connection:
            insert_rows(connection, "INSERT INTO record_keys VALUES (?, ?, ?, ?)", packed)
    came = f"SELECT key, record_no, {build.run_no} FROM {new_key} ANTI JOIN old_key"
    for rows in ahead(
        build.rows(f"{came} USING (record_no, key) ORDER BY key, record_no", at_once=at_once)
    ):
        with writing_to(pool, build) as connection:
            insert_rows(connection, "INSERT INTO blocking_key VALUES (?, ?, ?, NULL)", rows)
    went = f"SELECT {build.run_no}, key, record_no FROM old_key ANTI JOIN {new_key} AS new_key"
    for rows in build.rows(
        f"{went} USING (record_no, key) ORDER BY key, record_no", at_once=at_once
    ):
        with writing_to(pool, build) as connection:
            connection.executemany(
                "UPDATE blocking_key SET until = ?"
                " WHERE key = ? AND record_no = ? AND until IS NULL",
                rows,
            )


def _served_keys(pool: ConnectionPool) -> Iterator[Rows]:
    """Stream record number and content hash of every key set served now."""
    with pool.reading() as connection:
        cursor = connection.execute(
            "SELECT record_no, content_hash FROM record_keys AS version"
            f" WHERE length(keys) > 0 AND {_SERVED.format(table='record_keys')}"
        )
        while rows := cursor.fetchmany(pool.settings.load_rows):
            yield rows

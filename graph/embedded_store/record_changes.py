"""Stages what changes in records and blocking keys; what stays the same is not written again."""

from array import array
from collections.abc import Iterable, Iterator

import pyarrow as pa

from graph.embedded_store.connections import ConnectionPool
from graph.embedded_store.run_build import Rows, RunBuild
from graph.embedded_store.run_loading import number_ids, writing_to

BODIES = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("source_record", pa.string(), nullable=False),
        pa.field("standardised", pa.string(), nullable=False),
    ]
)

# A different DuckDB may hash differently: everything is then written once more, no harm done.
# One bit is given up to fit a signed integer.
_HASH = "(hash({}) >> 1)::BIGINT"


def load_records(pool: ConnectionPool, build: RunBuild, batches: Iterable[pa.RecordBatch]) -> int:
    """Stage the bodies that differ from what is served; return how many records came in."""
    if not build.has("seen_record"):
        build.create("seen_record", "record_no BIGINT")
        build.create(
            "served_version",
            "record_no BIGINT, content_hash BIGINT, role VARCHAR",
            _served(pool, "record_version", "content_hash, role", "body_no IS NOT NULL"),
        )
    n_records = 0
    for batch in batches:
        n_records += batch.num_rows
        _load_batch(pool, build, batch)
    return n_records


def _load_batch(pool: ConnectionPool, build: RunBuild, batch: pa.RecordBatch) -> None:
    build.take("incoming", [batch], BODIES)
    build.run(
        f"CREATE OR REPLACE TABLE loading AS SELECT *,"
        f" {_HASH.format('role, source_record, standardised')} AS content_hash FROM incoming"
    )
    number_ids(pool, build, "record", "SELECT record_id AS id, record_id AS place FROM loading")
    build.run(
        "CREATE OR REPLACE TABLE numbered AS"
        " SELECT no AS record_no, loading.* FROM loading JOIN record_number ON id = record_id"
    )
    build.run("INSERT INTO seen_record SELECT record_no FROM numbered")
    changed = build.rows(
        "SELECT record_no, role, content_hash, source_record, standardised FROM numbered"
        " ANTI JOIN served_version USING (record_no, content_hash) ORDER BY record_no",
        at_once=pool.settings.load_bodies,
    )
    for rows in changed:
        _stage_bodies(pool, build, rows)


def _stage_bodies(pool: ConnectionPool, build: RunBuild, rows: Rows) -> None:
    with writing_to(pool, build) as connection:
        (last,) = connection.execute("SELECT coalesce(max(body_no), 0) FROM record_body").fetchone()
        connection.executemany(
            "INSERT INTO record_body VALUES (?, ?, ?)",
            [(last + n, row[3], row[4]) for n, row in enumerate(rows, start=1)],
        )
        connection.executemany(
            "INSERT INTO record_version VALUES (?, ?, ?, ?, ?)",
            [(row[0], build.run_no, row[1], row[2], last + n) for n, row in enumerate(rows, 1)],
        )


def retire_unseen_records(pool: ConnectionPool, build: RunBuild) -> None:
    """Stage the end of every served record that the run did not bring; none if it brought none."""
    if not build.has("seen_record"):
        return
    gone = build.rows(
        f"SELECT record_no, {build.run_no}, role, 0, NULL FROM served_version"
        " ANTI JOIN seen_record USING (record_no) ORDER BY record_no",
        at_once=pool.settings.load_rows,
    )
    for rows in gone:
        with writing_to(pool, build) as connection:
            connection.executemany("INSERT INTO record_version VALUES (?, ?, ?, ?, ?)", rows)


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
        _served(pool, "record_keys", "content_hash", "length(keys) > 0"),
    )
    build.run(
        "CREATE OR REPLACE TABLE new_keys AS SELECT no AS record_no,"
        " list_sort(list(DISTINCT key)) AS keys, "
        f"{_HASH.format('list_sort(list(DISTINCT key))')} AS content_hash"
        " FROM loading JOIN record_number ON id = record_id GROUP BY no"
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
    for rows in build.rows("SELECT * FROM changed ORDER BY record_no", at_once=at_once):
        packed = [(no, build.run_no, h, array("q", keys).tobytes()) for no, keys, h in rows]
        with writing_to(pool, build) as connection:
            connection.executemany("INSERT INTO record_keys VALUES (?, ?, ?, ?)", packed)
    came = f"SELECT key, record_no, {build.run_no} FROM {new_key} ANTI JOIN old_key"
    for rows in build.rows(
        f"{came} USING (record_no, key) ORDER BY key, record_no", at_once=at_once
    ):
        with writing_to(pool, build) as connection:
            connection.executemany("INSERT INTO blocking_key VALUES (?, ?, ?, NULL)", rows)
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


def _served(pool: ConnectionPool, table: str, columns: str, condition: str) -> Iterator[Rows]:
    """Stream what is served now of a table whose rows have versions."""
    with pool.reading() as connection:
        cursor = connection.execute(
            f"SELECT record_no, {columns} FROM {table} AS version WHERE {condition} AND since ="
            f" (SELECT max(since) FROM {table} AS newer WHERE newer.record_no = version.record_no"
            "   AND newer.since <= (SELECT run_no FROM run WHERE status = 'published'))"
            " ORDER BY record_no"
        )
        while rows := cursor.fetchmany(pool.settings.load_rows):
            yield rows

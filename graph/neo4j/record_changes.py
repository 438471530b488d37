"""Stages what changes in records and blocking keys; what stays the same is not written again."""

from collections.abc import Iterable

import pyarrow as pa

from graph.neo4j.run_build import RunBuild
from graph.neo4j.run_tables import CONTENT_HASH
from graph.store import RECORD_BODIES
from models.tables import BLOCKING_KEYS

_PAIRS_AT_ONCE = 500_000


def take_bodies(build: RunBuild, batch: pa.RecordBatch) -> None:
    """Take in new bodies of records, but for those that an earlier attempt staged."""
    _note_attempt(build)
    build.take("incoming", [batch], RECORD_BODIES)
    build.run("CREATE OR REPLACE TABLE loading AS SELECT * FROM incoming")
    build.run("INSERT INTO seen_record SELECT record_id FROM loading")
    build.add_to(
        "adding_bodies",
        "SELECT * FROM loading ANTI JOIN staged_version USING (record_id, content_hash)",
    )


def stage_removals(build: RunBuild, batch: pa.RecordBatch) -> None:
    """Stage the end of records."""
    _note_attempt(build)
    record_ids: list[str] = batch.column("record_id").to_pylist()
    build.append("seen_record", [(one,) for one in record_ids])
    build.do("end_versions", [record_ids] if record_ids else [])


def undo_records_of_attempt(build: RunBuild) -> None:
    """Put records back that an earlier attempt changed and this one did not."""
    _note_attempt(build)
    if not build.is_resumed:
        return
    build.create(
        "ended_record",
        "record_id VARCHAR",
        build.connections.stream("staged_endings", {"run": build.run_no}),
    )
    changed = build.rows(
        "SELECT DISTINCT record_id FROM (SELECT record_id FROM staged_version UNION ALL"
        " SELECT record_id FROM ended_record) ANTI JOIN seen_record USING (record_id)",
        at_once=build.connections.settings.load_rows,
    )
    build.do("undo_versions", ([row[0] for row in rows] for rows in changed))


def replace_keys(build: RunBuild, batches: Iterable[pa.RecordBatch]) -> int:
    """Stage the difference between these blocking keys and those in the graph.

    Returns:
        How many distinct pairs of key and record came in.
    """
    hashed = CONTENT_HASH.format("record_id, keys")
    build.take("incoming", batches, BLOCKING_KEYS)
    build.run("CREATE OR REPLACE TABLE pair AS SELECT record_id, key FROM incoming")
    build.run(
        "CREATE OR REPLACE TABLE loading"
        " (record_id VARCHAR, keys VARCHAR, n_keys BIGINT, content_hash BIGINT)"
    )
    # DuckDB keeps the lists that it gathers in memory: so only those of some records at once.
    n_slices = build.value("SELECT count(*) FROM pair") // _PAIRS_AT_ONCE + 1
    for number in range(n_slices):
        build.run(
            f"INSERT INTO loading SELECT record_id, keys, n_keys, {hashed} FROM (SELECT record_id,"
            "  array_to_string(list_transform(list_sort(list(key)),"
            "   lambda key: 'k' || lower(to_hex(key))), ' ') AS keys, count(*) AS n_keys"
            f"  FROM (SELECT DISTINCT record_id, key FROM pair"
            f"   WHERE hash(record_id) % {n_slices} = {number}) GROUP BY record_id)"
        )
    build.drop("pair")
    build.create("seen_keys", "place UBIGINT, content_hash BIGINT")
    build.run("INSERT INTO seen_keys SELECT hash(record_id), content_hash FROM loading")
    build.take_open("keys", "open_keys")
    chunks = build.column_batches(
        "SELECT record_id, keys, n_keys, content_hash FROM loading"
        " ANTI JOIN open_keys USING (content_hash)",
        at_once=build.connections.settings.load_rows,
    )
    build.do("add_keys", ({"columns": columns} for columns in chunks))
    build.end_unseen("keys", "end_keys")
    return build.value("SELECT coalesce(sum(n_keys), 0) FROM loading")


def _note_attempt(build: RunBuild) -> None:
    """Note, once, what an earlier attempt at this run staged."""
    if build.has("seen_record"):
        return
    build.create("seen_record", "record_id VARCHAR")
    staged = (
        build.connections.stream("staged_versions", {"run": build.run_no})
        if build.is_resumed
        else ()
    )
    build.create("staged_version", "record_id VARCHAR, content_hash BIGINT", staged)

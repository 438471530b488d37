"""Builds a run beside the one that is served, checks it, and switches."""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime

import pyarrow as pa

from graph.embedded_store.bulk import ahead, insert_rows
from graph.embedded_store.connections import Connected, ConnectionPool
from graph.embedded_store.decision_log import logged_decisions
from graph.embedded_store.live_rows import LiveRows
from graph.embedded_store.live_writer import live_changes
from graph.embedded_store.reader import events_after, served_run
from graph.embedded_store.record_changes import (
    record_hashes,
    replace_keys,
    stage_bodies,
    stage_removals,
)
from graph.embedded_store.run_build import RunBuild
from graph.embedded_store.run_loading import load_table, number_ids, writing_to
from graph.embedded_store.run_tables import RUN_TABLES
from graph.embedded_store.sweep import sweep_published, sweep_unfinished
from graph.embedded_store.view import EmbeddedView
from graph.engine import Engine
from graph.store import CatchUp
from graph.workbench import BuildingSite
from models.errors import BackendUnavailableError, InvalidInputError
from models.identity import Run
from models.live_change import CaughtUp
from models.tables import BLOCKING_KEYS, IDENTITY_EVENTS

log = logging.getLogger(__name__)

# What is counted besides the tables of the run: everything that is served after the switch.
_COUNTS = {
    "records": (
        "SELECT count(*) FROM record_version AS version WHERE body_no IS NOT NULL AND since ="
        " (SELECT max(since) FROM record_version AS newer"
        "   WHERE newer.record_no = version.record_no AND newer.since <= ?)"
    ),
    "blocking_keys": (
        "SELECT count(*) FROM blocking_key WHERE since <= ?1 AND (until IS NULL OR until > ?1)"
    ),
}


_NUMBERED_EVENTS = IDENTITY_EVENTS.append(pa.field("position", pa.int64(), nullable=False))


class EmbeddedRunWriter(Connected):
    """Writes runs. A run is finished by the object that began it, or swept by the next."""

    def __init__(self, pool: ConnectionPool) -> None:
        super().__init__(pool)
        self._site = BuildingSite[RunBuild]()

    def begin_run(self, run: Run) -> None:
        """Note a run as building; parts of any earlier unfinished run are swept.

        Raises:
            InvalidInputError: if a run of this id was published before.
        """
        self._site.end()
        with self._pool.writing() as connection:
            known = connection.execute(
                "SELECT status FROM run WHERE run_id = ?", (run.run_id,)
            ).fetchone()
            if known and known[0] in ("published", "superseded"):
                raise InvalidInputError(f"run {run.run_id!r} was published before")
            connection.execute("UPDATE run SET status = 'failed' WHERE status = 'building'")
        # Before the new run has its number: the leftovers of a failed one must not become its.
        sweep_unfinished(self._pool)
        with self._pool.writing() as connection:
            number = connection.execute("SELECT coalesce(max(run_no), 0) + 1 FROM run").fetchone()
            connection.execute("DELETE FROM run WHERE run_id = ?", (run.run_id,))
            connection.execute(
                "INSERT INTO run (run_no, run_id, status, model_version, fingerprint, started_at,"
                " change_sequence, summary) VALUES (?, ?, 'building', ?, ?, ?, ?, ?)",
                (
                    *number, run.run_id, run.model_version, run.fingerprint,
                    run.started_at.isoformat(), run.change_sequence, json.dumps(run.summary),
                ),
            )  # fmt: skip
        engine = Engine(self._pool.scratch, self._pool.settings.build_limits)
        self._site.begin(RunBuild(run.run_id, number[0], engine))

    def load(self, run_id: str, table: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Add rows to a run that is being built, in short transactions; return how many."""
        if table not in RUN_TABLES:
            raise ValueError(f"{table!r} is no table of a run: {', '.join(RUN_TABLES)}")
        with self._site.at_work(run_id) as build:
            return load_table(self._pool, build, RUN_TABLES[table], batches)

    def record_hashes(self) -> Iterator[pa.RecordBatch]:
        """Return record_id and content_hash of every record served now."""
        return record_hashes(self._pool)

    def change_records(
        self, changed: Iterable[pa.RecordBatch], *, removed: Iterable[pa.RecordBatch]
    ) -> int:
        """Stage new bodies of records, and the end of others; return how many bodies."""
        n_bodies = 0
        with self._site.at_work() as build:
            for batch in ahead(changed):
                stage_bodies(self._pool, build, batch)
                n_bodies += batch.num_rows
            for batch in removed:
                stage_removals(self._pool, build, batch)
        return n_bodies

    def replace_blocking_keys(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Stage the blocking keys of all current records; return how many distinct ones."""
        with self._site.at_work() as build:
            build.take("incoming", batches, BLOCKING_KEYS)
            return replace_keys(self._pool, build)

    def switch(
        self,
        run: Run,
        *,
        expected_counts: dict[str, int],
        events: Iterable[pa.RecordBatch],
        catch_up: CatchUp | None = None,
    ) -> None:
        """Verify the counts, append the events, and serve this run, in one transaction.

        What can be done before the transaction is; it holds the write lock for the events, and for
        what was written live meanwhile.
        """
        if run.finished_at is None:
            raise ValueError("a run that is switched to has finished")
        with self._site.at_work(run.run_id) as build:
            self._stage_events(build, events)
            self._verify(build, expected_counts)
            self._flip(build, run, run.finished_at, catch_up)
        self._site.end()
        try:
            sweep_published(self._pool)
            self._pool.checkpoint()
        except BackendUnavailableError as error:
            # The run is served; what is left over waits for the next run.
            log.warning("sweep after switch failed", extra={"reason": str(error)})

    def _stage_events(self, build: RunBuild, events: Iterable[pa.RecordBatch]) -> None:
        """Put the events beside the log, in order, with their identities numbered."""
        with self._pool.writing(is_durable=False) as connection:
            connection.execute("DELETE FROM staged_event")
        build.take("incoming", _numbered(events), _NUMBERED_EVENTS)
        build.run(
            "CREATE OR REPLACE TABLE loading AS SELECT position, identity_id, kind, cause,"
            " CAST(to_json(coalesce(related_ids, [])) AS VARCHAR) AS related_ids,"
            " CAST(to_json(coalesce(added_record_ids, [])) AS VARCHAR) AS added_record_ids,"
            " CAST(to_json(coalesce(removed_record_ids, [])) AS VARCHAR) AS removed_record_ids"
            " FROM incoming"
        )
        number_ids(
            self._pool,
            build,
            "identity",
            "SELECT identity_id AS id, position AS place FROM loading",
        )
        rows = build.rows(
            "SELECT position, no, kind, related_ids, added_record_ids, removed_record_ids, cause"
            " FROM loading JOIN identity_number ON id = identity_id ORDER BY position",
            at_once=self._pool.settings.load_rows,
        )
        for chunk in rows:
            with writing_to(self._pool, build) as connection:
                insert_rows(connection, "INSERT INTO staged_event VALUES (?,?,?,?,?,?,?)", chunk)

    def _verify(self, build: RunBuild, expected_counts: dict[str, int]) -> None:
        """Refuse a run that does not hold what it should."""
        with self._pool.reading() as connection:
            for table, expected in expected_counts.items():
                query = RUN_TABLES[table].count if table in RUN_TABLES else _COUNTS[table]
                (found,) = connection.execute(query, (build.run_no,)).fetchone()
                if found != expected:
                    raise BackendUnavailableError(
                        f"run {build.run_id!r} holds {found} {table}, not {expected}:"
                        " it is not served"
                    )

    def _flip(
        self, build: RunBuild, run: Run, finished_at: datetime, catch_up: CatchUp | None
    ) -> None:
        """Append the events and serve the run, at once."""
        with writing_to(self._pool, build, is_durable=True) as connection:
            former = served_run(connection)
            connection.execute("UPDATE run SET status = 'superseded' WHERE status = 'published'")
            connection.execute(
                "UPDATE run SET status = 'published', model_version = ?, fingerprint = ?,"
                " finished_at = ?, change_sequence = ?, summary = ? WHERE run_no = ?",
                (
                    run.model_version, run.fingerprint, finished_at.isoformat(),
                    run.change_sequence, json.dumps(run.summary), build.run_no,
                ),
            )  # fmt: skip
            caught = catch_up and former[1] and _caught_up(connection, former, catch_up)
            if caught:
                connection.execute(
                    "DELETE FROM staged_event WHERE identity_no IN (SELECT identity_no"
                    " FROM json_each(?) JOIN identity ON identity_id = value)",
                    (json.dumps(sorted(caught.settled)),),
                )
            connection.execute(
                "INSERT INTO identity_event SELECT"
                " (SELECT coalesce(max(sequence), 0) FROM identity_event) + position, identity_no,"
                " kind, ?, ?, related_ids, added_record_ids, removed_record_ids, cause"
                " FROM staged_event ORDER BY position",
                (build.run_no, finished_at.isoformat()),
            )
            if caught:
                rows = LiveRows(connection, *served_run(connection))
                rows.write(caught.change, is_logged=False)
                rows.add_events(caught.change.events)


def _caught_up(
    connection: sqlite3.Connection, former: tuple[int, Run | None], catch_up: CatchUp
) -> CaughtUp | None:
    """Work out what was written and decided since the run now served took its records."""
    run_no, run = served_run(connection)
    _, changes = live_changes(connection, run.live_sequence if run else 0)
    return catch_up(
        new=EmbeddedView(connection, run_no, run),
        old=EmbeddedView(connection, *former),
        changes=changes,
        decisions=logged_decisions(connection),
        events=events_after(connection, run.change_sequence if run else 0),
    )


def _numbered(events: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Add the position of every event, from 1: no engine is trusted to keep the order."""
    position = 1
    for batch in events:
        positions = pa.array(range(position, position + batch.num_rows), pa.int64())
        position += batch.num_rows
        yield pa.RecordBatch.from_arrays(
            [*batch.select(IDENTITY_EVENTS.names).columns, positions], schema=_NUMBERED_EVENTS
        )

"""Builds a run beside the one that is served, checks it, and switches."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

import neo4j
import pyarrow as pa

from graph.engine import Engine
from graph.neo4j.connections import Connected, Connections, run
from graph.neo4j.people import write_added
from graph.neo4j.record_changes import (
    replace_keys,
    stage_removals,
    take_bodies,
    undo_records_of_attempt,
)
from graph.neo4j.run_build import RunBuild
from graph.neo4j.run_tables import RUN_TABLES, end_what_went, load_table
from graph.neo4j.served import properties_of, read_served, take_lock
from graph.neo4j.sweep import sweep
from graph.neo4j.switching import switch_to
from graph.store import RECORD_HASHES, CatchUp
from graph.workbench import BuildingSite
from models.errors import BackendUnavailableError, InvalidInputError
from models.identity import Run
from models.tables import IDENTITY_EVENTS

log = logging.getLogger(__name__)


class Neo4jRunWriter(Connected):
    """Writes runs. A run is finished by the object that began it, or taken over by the next."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self._site = BuildingSite[RunBuild]()

    def begin_run(self, made: Run) -> None:
        """Note a run as building; it takes over what an unfinished one loaded.

        Raises:
            InvalidInputError: if a run of this id was published before.
        """
        self._site.end()
        settings = self._connections.settings
        begun = {
            "run": properties_of(replace(made, finished_at=None)),
            "n_lanes": settings.writers,
        }

        def begin(tx: neo4j.ManagedTransaction) -> tuple[int, bool]:
            take_lock(tx)
            [(highest,)] = run(tx, "highest_run")
            known = run(tx, "run_status", {"run_id": made.run_id})
            if known and known[0][0] in ("published", "superseded"):
                raise InvalidInputError(f"run {made.run_id!r} was published before")
            run(tx, "end_lanes")
            run(tx, "fail_builds")
            [(n_published_with_highest,)] = run(tx, "is_run_published", {"run_no": highest})
            is_resumed = highest > 0 and not n_published_with_highest
            run_no = highest if is_resumed else highest + 1
            run(tx, "begin_run", begun | {"run_no": run_no})
            return run_no, is_resumed

        run_no, is_resumed = self._connections.write(begin)
        engine = Engine(settings.scratch, settings.build_limits)
        try:
            build = RunBuild(self._connections, made.run_id, run_no, engine, is_resumed=is_resumed)
        except BaseException:
            engine.close()
            raise
        self._site.begin(build)

    def load(self, run_id: str, table: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Add rows to a run that is being built; return how many.

        They are taken in here, and written when records, keys or the switch follow: what belongs
        together is written together.
        """
        if table not in RUN_TABLES:
            raise ValueError(f"{table!r} is no table of a run: {', '.join(RUN_TABLES)}")
        with self._site.at_work(run_id) as build:
            build.hold()
            return load_table(build, table, batches)

    def record_hashes(self) -> Iterator[pa.RecordBatch]:
        """Return record_id and content_hash of every record served now."""
        now = read_served(self._connections)
        for rows in self._connections.stream("record_hashes", now.parameters):
            ids, hashes = zip(*rows, strict=True)
            yield pa.RecordBatch.from_arrays(
                [pa.array(ids, pa.string()), pa.array(hashes, pa.int64())], schema=RECORD_HASHES
            )

    def change_records(
        self, changed: Iterable[pa.RecordBatch], *, removed: Iterable[pa.RecordBatch]
    ) -> int:
        """Stage new bodies of records, and the end of others; return how many bodies.

        What was loaded before is written with them.
        """
        n_bodies = 0
        with self._site.at_work() as build:
            build.hold()
            for batch in changed:
                take_bodies(build, batch)
                n_bodies += batch.num_rows
            write_added(build)
            for batch in removed:
                stage_removals(build, batch)
        return n_bodies

    def replace_blocking_keys(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Stage the blocking keys of all current records; return how many distinct ones."""
        with self._site.at_work() as build:
            write_added(build)
            return replace_keys(build, batches)

    def switch(
        self,
        made: Run,
        *,
        expected_counts: dict[str, int],
        events: Iterable[pa.RecordBatch],
        catch_up: CatchUp | None = None,
    ) -> None:
        """Verify counts and checksums, append the events, and serve this run.

        All that grows with the run is done before the transaction that switches; it holds the lock
        for what was written and decided meanwhile.
        """
        if made.finished_at is None:
            raise ValueError("a run that is switched to has finished")
        with self._site.at_work(made.run_id) as build:
            write_added(build)
            for table in RUN_TABLES:
                end_what_went(build, table)
            undo_records_of_attempt(build)
            if build.is_resumed and not build.has("seen_keys"):
                build.connections.write_in_parts("undo_keys", {"run": build.run_no})
            n_events = _stage_events(build, events)
            _verify(build, expected_counts)
            self._connections.write(
                lambda tx: switch_to(
                    tx, made, run_no=build.run_no, n_events=n_events, catch_up=catch_up
                )
            )
            self._connections.write(take_lock)  # which shows what was written
        self._site.end()
        try:
            sweep(self._connections)
        except BackendUnavailableError as error:
            # The run is served; what is left over waits for the next run.
            log.warning("sweep after switch failed", extra={"reason": str(error)})


def _stage_events(build: RunBuild, events: Iterable[pa.RecordBatch]) -> int:
    """Write the events beside those that count, in order; return how many."""
    batch_no = {"batch_no": build.run_no}
    build.connections.write_in_parts("drop_staged_events", batch_no)
    n_events = 0
    for batch in events:
        columns = [batch.column(name).to_pylist() for name in IDENTITY_EVENTS.names]
        identity_ids, kinds, related, added, removed, causes = columns
        first = n_events + 1
        n_events += batch.num_rows
        rows = list(
            zip(range(first, n_events + 1), identity_ids, kinds, related, added, removed, causes,
                strict=True)
        )  # fmt: skip
        step = build.connections.settings.load_rows
        build.do("add_events", (rows[n : n + step] for n in range(0, len(rows), step)), **batch_no)
    return n_events


def _verify(build: RunBuild, expected_counts: dict[str, int]) -> None:
    """Refuse a run that does not hold what it should."""
    seen = dict.fromkeys(RUN_TABLES) | {"blocking_keys": "seen_keys"}
    for table in [*RUN_TABLES, "records", "blocking_keys"]:
        if table not in expected_counts and table not in RUN_TABLES:
            continue
        [(found, checksum)] = build.connections.read(f"count_{table}", {"run": build.run_no})
        if found != expected_counts.get(table, found):
            raise BackendUnavailableError(
                f"run {build.run_id!r} holds {found} {table}, not {expected_counts[table]}:"
                " it is not served"
            )
        name = seen[table] or f"seen_{table}" if table in seen else None
        if name and build.has(name) and checksum != _checksum(build, name):
            raise BackendUnavailableError(
                f"run {build.run_id!r} holds other {table} than were loaded: it is not served"
            )


def _checksum(build: RunBuild, table: str) -> int:
    return build.value(f"SELECT coalesce(sum(content_hash % 2147483648), 0) FROM {table}")

"""What only the embedded store promises: its file, its settings, its transactions."""

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.embedded_store import EmbeddedStore
from graph.embedded_store import schema as store_schema
from graph.embedded_store.connections import StoreSettings
from graph.engine import EngineLimits
from models.decision import Withdrawal
from models.errors import BackendUnavailableError
from models.provenance import Segment
from tests.contract.sample_runs import NOON, SampleRun, body, event, make_run, publish_sample, stage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(path) as store:
        yield store


def pragma(connection: sqlite3.Connection, name: str) -> int | str:
    value: int | str = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def a_segment(sequence: int) -> Segment:
    return Segment(sequence, "casework", "delta", NOON, ())


def test_what_must_last_is_flushed_to_the_disk_and_readers_cannot_write(
    store: EmbeddedStore,
) -> None:
    with store._pool.writing() as connection:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2  # FULL
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "busy_timeout") == 10_000
    with store._pool.writing(is_durable=False) as connection:
        assert pragma(connection, "synchronous") == 1  # NORMAL
    with store._pool.reading() as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM run")


def test_the_switch_is_flushed_to_the_disk(store: EmbeddedStore) -> None:
    begun: list[bool] = []
    whole = store._pool.writing

    def noting(*, is_durable: bool = True, timeout_s: float | None = None):  # type: ignore[no-untyped-def]
        begun.append(is_durable)
        return whole(is_durable=is_durable, timeout_s=timeout_s)

    stage(store, SampleRun())
    store._pool.writing = noting  # type: ignore[method-assign]
    store.switch(make_run(), expected_counts={}, events=[])

    assert True in begun


def test_a_new_file_has_the_current_schema(path: Path, store: EmbeddedStore) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert pragma(connection, "user_version") == len(store_schema.MIGRATIONS)
        assert pragma(connection, "application_id") == store_schema.APPLICATION_ID
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_older_file_is_brought_up_to_date_and_keeps_what_it_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedStore(path) as store:
        publish_sample(store, SampleRun(memberships={"a:1": "P1"}))
    added = "CREATE TABLE note (text TEXT) STRICT;\nINSERT INTO note VALUES ('a; b');\n"
    monkeypatch.setattr(store_schema, "MIGRATIONS", (*store_schema.MIGRATIONS, added))

    for _ in range(2):
        with EmbeddedStore(path) as store, store.view() as view:
            assert view.identities_of(["a:1"]) == {"a:1": "P1"}

    with closing(sqlite3.connect(path)) as connection:
        assert pragma(connection, "user_version") == len(store_schema.MIGRATIONS)
        assert connection.execute("SELECT text FROM note").fetchall() == [("a; b",)]


def test_a_step_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EmbeddedStore(path).close()
    broken = "CREATE TABLE note (text TEXT) STRICT;\nINSERT INTO nothing VALUES (1);\n"
    monkeypatch.setattr(store_schema, "MIGRATIONS", (*store_schema.MIGRATIONS, broken))

    with pytest.raises(BackendUnavailableError):
        EmbeddedStore(path)

    monkeypatch.undo()
    EmbeddedStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert (
            connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'note'").fetchall() == []
        )


def test_a_file_of_a_later_version_is_refused(path: Path) -> None:
    EmbeddedStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")

    with pytest.raises(BackendUnavailableError, match="999"):
        EmbeddedStore(path)


def test_a_file_of_something_else_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (name TEXT)")
    with pytest.raises(BackendUnavailableError):
        EmbeddedStore(path)

    path.write_bytes(b"a text that is no database, and long enough to look like one" * 99)
    with pytest.raises(BackendUnavailableError):
        EmbeddedStore(path)


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailableError):
        EmbeddedStore(tmp_path / "missing" / "store.sqlite")


def open_and_register(path: Path, sequence: int) -> None:
    with EmbeddedStore(path) as store:
        while len(store.segments()) < sequence - 1:
            time.sleep(0.01)
        store.register_segment(a_segment(sequence))


def test_processes_may_make_the_store_at_the_same_time(path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=open_and_register, args=(path, n)) for n in (1, 2, 3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    with EmbeddedStore(path) as store:
        assert [segment.sequence for segment in store.segments()] == [1, 2, 3]


def test_a_closed_store_says_so(path: Path) -> None:
    store = EmbeddedStore(path)
    store.close()

    with pytest.raises(BackendUnavailableError, match="closed"):
        store.runs(limit=1)


def test_two_views_may_be_open_in_one_thread_and_one_may_be_left_in_another(
    store: EmbeddedStore,
) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1"}))
    outer = store.view()
    view = outer.__enter__()
    with store.view() as inner:
        assert inner.identities_of(["a:1"]) == view.identities_of(["a:1"])

    leaving = threading.Thread(target=outer.__exit__, args=(None, None, None))
    leaving.start()
    leaving.join()

    assert store.runs(limit=1)[0].run_id == "run-1"


def test_many_threads_read_while_runs_are_published(store: EmbeddedStore) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1"}, bodies=[body("a:1", line=0)]))
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with store.view() as view:
                run = view.run()
                line = view.record("a:1").source_record["line"]
                if run is None or run.summary.get("line", 0) != line:
                    wrong.append((run, line))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 6):
        run = make_run(f"run-{number}", summary={"line": number})
        publish_sample(
            store,
            SampleRun(run=run, memberships={"a:1": "P1"}, bodies=[body("a:1", line=number)]),
        )
    stop.set()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_view_left_by_an_error_gives_its_connection_back_clean(store: EmbeddedStore) -> None:
    with pytest.raises(RuntimeError), store.view():
        raise RuntimeError

    store.register_segment(a_segment(1))
    assert len(store.segments()) == 1


def test_a_write_that_waits_too_long_says_the_store_is_unavailable(path: Path) -> None:
    with EmbeddedStore(path, settings=StoreSettings(busy_timeout_s=0.05)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            with pytest.raises(BackendUnavailableError):
                store.register_segment(a_segment(1))
            assert store.segments() == []  # readers do not wait

        store.register_segment(a_segment(1))


def test_publishing_does_not_wait_for_an_open_view(store: EmbeddedStore) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1"}))

    with store.view():
        started = time.monotonic()
        publish_sample(store, SampleRun(run=make_run("run-2"), memberships={"a:1": "P1"}))

    assert time.monotonic() - started < store._pool.settings.busy_timeout_s / 2


def test_an_ingest_gets_through_while_a_large_run_is_loaded(path: Path) -> None:
    settings = StoreSettings(load_rows=2_000)
    many = {f"a:{n:06}": f"P{n}" for n in range(60_000)}
    sample = SampleRun(memberships=many, bodies=[])
    with EmbeddedStore(path, settings=settings) as store, EmbeddedStore(path) as ingesting:
        given = sample.tables()["memberships"]
        store.begin_run(sample.run)
        loading = threading.Thread(target=store.load, args=("run-1", "memberships", given))
        loading.start()
        waits: list[float] = []
        while loading.is_alive():
            started = time.monotonic()
            ingesting.register_segment(a_segment(len(waits) + 1))
            waits.append(time.monotonic() - started)
            time.sleep(0.02)
        loading.join()

        assert len(waits) > 1
        assert max(waits) < 5
        store.switch(sample.run, expected_counts={"memberships": 60_000}, events=[])


def test_the_parts_of_the_last_two_runs_are_kept_and_no_more(store: EmbeddedStore) -> None:
    for number in range(1, 5):
        publish_sample(
            store,
            SampleRun(
                run=make_run(f"run-{number}"),
                memberships={"a:1": "P1", "a:2": "P1"},
                links=[("a:1", "a:2", 1.0, 0)],
                golden_records={"P1": []},
                hits=[("w:1", "a:1", 1.0, 0)],
            ),
        )

    with store._pool.reading() as connection:
        for query in (
            "SELECT DISTINCT run_no FROM membership ORDER BY 1",
            "SELECT DISTINCT run_no FROM link ORDER BY 1",
            "SELECT DISTINCT golden_no >> 40 FROM golden_record ORDER BY 1",
            "SELECT DISTINCT run_no FROM watchlist_hit ORDER BY 1",
        ):
            assert connection.execute(query).fetchall() == [(3,), (4,)]
    assert [run.status for run in store.runs(limit=9)] == ["published"] + ["superseded"] * 3


@pytest.mark.parametrize("verb", ["UPDATE {} SET at = 'later'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["identity_event", "decision", "decision_withdrawal"])
def test_events_and_decisions_are_never_edited_or_deleted(
    store: EmbeddedStore, verb: str, table: str
) -> None:
    publish_sample(store, SampleRun(events=[event("P1", "created")]))
    with store._pool.writing() as connection:
        connection.execute(
            "INSERT INTO decision VALUES (1, 'D1', 'same', '[[\"a:1\",\"a:2\"]]', 'reviewer-1',"
            " '2026-03-01T12:00:00+00:00', 'same passport', '')"
        )
    at = datetime(2026, 3, 2, tzinfo=UTC)
    store.withdraw_decision(Withdrawal("D1", "reviewer-2", at, "another passport"))

    with pytest.raises(BackendUnavailableError, match="never"), store._pool.writing() as connection:
        connection.execute(verb.format(table))

    [logged] = store.decision_history()
    assert logged.decision.groups == (("a:1", "a:2"),)
    assert logged.withdrawal is not None
    assert len(store.events_after(0, limit=5)) == 1


def test_a_run_larger_than_the_memory_given_is_still_built(tmp_path: Path) -> None:
    settings = StoreSettings(build_limits=EngineLimits(memory="64MB", threads=1))
    many = {f"a:{n:06}": f"P{n:06}" for n in range(100_000)}
    sample = SampleRun(memberships=many, bodies=[], keys=[(n, f"a:{n:06}") for n in range(50_000)])
    with EmbeddedStore(tmp_path / "store.sqlite", settings=settings) as store:
        publish_sample(store, sample)

        with store.view() as view:
            assert view.identities_of(["a:099999"]) == {"a:099999": "P099999"}
            assert view.candidates([49_999], limit=5).record_ids == ("a:049999",)

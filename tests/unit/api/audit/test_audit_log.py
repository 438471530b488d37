import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.audit.audit_log import FIRST_PREVIOUS_HASH, AuditLog
from models.access import AuditEvent
from models.errors import BackendUnavailableError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_event(number: int = 0) -> AuditEvent:
    return AuditEvent(
        at=NOON + timedelta(seconds=number),
        subject="investigator-1",
        roles=("investigator", "reviewer"),
        purpose="case Ωμέγα 🧭",
        action="who_is",
        targets=(f"casework:{number}", 'odd:"id"'),
        query_hash=None if number % 2 else "a" * 64,
        outcome="answered",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[AuditLog]:
    log = AuditLog(path)
    yield log
    log.close()


def tamper(path: Path, *statements: str) -> None:
    """Change the file behind the log's back, as somebody with access to the disk could."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_events_are_read_as_they_were_recorded_in_order(log: AuditLog) -> None:
    events = [an_event(n) for n in range(5)]

    for event in events:
        log.record(event)

    entries = log.events(limit=10)
    assert [entry.event for entry in entries] == events
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]


def test_events_are_read_in_pages(log: AuditLog) -> None:
    for n in range(5):
        log.record(an_event(n))

    assert [entry.sequence for entry in log.events(after=2, limit=2)] == [3, 4]
    assert log.events(after=5, limit=2) == []
    assert log.events(limit=0) == []


def test_an_empty_audit_holds(log: AuditLog) -> None:
    verification = log.verify()

    assert (verification.n_events, verification.broken_at) == (0, None)
    assert verification.last_hash == FIRST_PREVIOUS_HASH


def test_an_untouched_chain_holds_and_ends_in_the_newest_hash(log: AuditLog) -> None:
    for n in range(20):
        log.record(an_event(n))

    verification = log.verify()

    assert (verification.n_events, verification.broken_at) == (20, None)
    assert verification.last_hash == log.events(after=19, limit=1)[0].hash


def test_the_chain_goes_on_after_the_file_is_opened_again(path: Path) -> None:
    for n in range(3):
        log = AuditLog(path)
        log.record(an_event(n))
        log.close()

    log = AuditLog(path)
    assert (log.verify().n_events, log.verify().broken_at) == (3, None)
    log.close()


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        pytest.param(
            "UPDATE audit_event SET event = replace(event, 'investigator-1', 'somebody-else')"
            " WHERE sequence = 4",
            4,
            id="an event is edited",
        ),
        pytest.param("DELETE FROM audit_event WHERE sequence = 4", 5, id="an event is removed"),
        pytest.param("DELETE FROM audit_event WHERE sequence = 1", 2, id="the first is removed"),
        pytest.param(
            "UPDATE audit_event SET hash = previous_hash WHERE sequence = 4",
            4,
            id="a hash is replaced",
        ),
        pytest.param(
            "UPDATE audit_event SET previous_hash = hash WHERE sequence = 4",
            4,
            id="a link to the previous event is replaced",
        ),
        pytest.param(
            "INSERT INTO audit_event SELECT 11, event, previous_hash, hash FROM audit_event"
            " WHERE sequence = 10",
            11,
            id="an event is repeated at the end",
        ),
    ],
)
def test_tampering_is_found_where_it_was_done(
    log: AuditLog, path: Path, statement: str, broken_at: int
) -> None:
    for n in range(10):
        log.record(an_event(n))

    tamper(path, statement)

    assert log.verify().broken_at == broken_at


def test_two_events_that_change_places_are_found(log: AuditLog, path: Path) -> None:
    for n in range(5):
        log.record(an_event(n))

    tamper(
        path,
        "UPDATE audit_event SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_event SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_event SET sequence = 3 WHERE sequence = 99",
    )

    assert log.verify().broken_at == 2


def test_a_cut_off_end_shows_in_count_and_last_hash(log: AuditLog, path: Path) -> None:
    for n in range(5):
        log.record(an_event(n))
    before = log.verify()

    tamper(path, "DELETE FROM audit_event WHERE sequence = 5")

    after = log.verify()
    assert after.broken_at is None
    assert (after.n_events, after.last_hash) != (before.n_events, before.last_hash)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET event = '{}'",
        "DELETE FROM audit_event",
        "INSERT OR REPLACE INTO audit_event VALUES (1, '{}', '', '')",
        "INSERT INTO audit_event VALUES (7, '{}', '', '')",
    ],
)
def test_the_file_itself_refuses_to_edit_remove_or_skip(
    log: AuditLog, path: Path, statement: str
) -> None:
    log.record(an_event())

    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


def test_an_event_is_durable_before_record_returns(log: AuditLog, path: Path) -> None:
    log.record(an_event())

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM audit_event").fetchone() == (1,)
    connection = log._connection
    assert connection is not None
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_threads_keep_one_chain(log: AuditLog) -> None:
    def write(start: int) -> None:
        for n in range(25):
            log.record(an_event(start + n))

    threads = [threading.Thread(target=write, args=(1000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (log.verify().n_events, log.verify().broken_at) == (100, None)


def record_many(log: AuditLog, n_events: int) -> None:
    for n in range(n_events):
        log.record(an_event(n))


def write_many(path: Path, start: int) -> None:
    log = AuditLog(path, busy_timeout_s=30)
    for n in range(40):
        log.record(an_event(start + n))
    log.close()


def test_processes_that_start_together_keep_one_chain(path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=write_many, args=(path, 1000 * n)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    log = AuditLog(path)
    assert (log.verify().n_events, log.verify().broken_at) == (120, None)
    assert len({entry.event for entry in log.events(limit=200)}) == 120
    log.close()


def test_reading_goes_on_while_somebody_writes(log: AuditLog, path: Path) -> None:
    log.record(an_event())

    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")

        assert len(log.events(limit=5)) == 1
        assert log.verify().broken_at is None


def test_a_writer_that_waits_too_long_says_the_audit_is_unavailable(path: Path) -> None:
    log = AuditLog(path, busy_timeout_s=0.05)

    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackendUnavailableError):
            log.record(an_event())
        with pytest.raises(BackendUnavailableError):
            log.check_writable()

    log.record(an_event())
    assert log.verify().n_events == 1
    log.close()


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailableError):
        AuditLog(tmp_path / "missing" / "audit.sqlite")


def test_a_file_of_something_else_is_not_written_to(path: Path) -> None:
    path.write_bytes(b"a text that is no database, and long enough to look like one" * 99)
    with pytest.raises(BackendUnavailableError):
        AuditLog(path)

    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE accounts (name TEXT)")
    with pytest.raises(BackendUnavailableError):
        AuditLog(path)


def test_a_file_taken_away_while_in_use_is_noticed(log: AuditLog, path: Path) -> None:
    log.record(an_event())
    path.rename(path.with_name("elsewhere.sqlite"))

    with pytest.raises(BackendUnavailableError):
        log.record(an_event())


def test_a_file_that_was_replaced_while_in_use_is_noticed(log: AuditLog, path: Path) -> None:
    log.record(an_event())
    path.rename(path.with_name("elsewhere.sqlite"))
    path.write_bytes(b"")

    for _ in range(2):
        with pytest.raises(BackendUnavailableError):
            log.record(an_event())


def test_a_full_disk_is_told_and_the_event_is_not_half_kept(log: AuditLog) -> None:
    log.record(an_event())
    connection = log._connection
    assert connection is not None
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(BackendUnavailableError):
        record_many(log, 200)

    connection.execute("PRAGMA max_page_count = 1000000")
    log.record(an_event())
    assert log.verify().broken_at is None


def test_writability_can_be_asked_without_leaving_a_trace(log: AuditLog) -> None:
    log.check_writable()

    assert log.events(limit=5) == []


def test_several_events_are_kept_in_their_order_or_none(log: AuditLog) -> None:
    log.record(an_event(1))
    log.record_all([an_event(2), an_event(3)])

    assert [entry.event for entry in log.events(limit=9)] == [an_event(n) for n in (1, 2, 3)]
    assert log.verify().broken_at is None


def test_those_who_wait_together_are_written_in_few_transactions_and_each_once(
    log: AuditLog, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        threads = [
            threading.Thread(target=log.record_all, args=([an_event(n)],)) for n in range(12)
        ]
        for thread in threads:
            thread.start()
        other.execute("ROLLBACK")
    for thread in threads:
        thread.join()

    kept = [entry.event for entry in log.events(limit=99)]
    assert sorted(kept, key=lambda event: event.at) == [an_event(n) for n in range(12)]
    assert log.verify().broken_at is None


def test_everybody_who_waits_is_told_that_nothing_can_be_written(path: Path) -> None:
    log = AuditLog(path, busy_timeout_s=0.1)
    failures: list[BackendUnavailableError] = []

    def record(number: int) -> None:
        try:
            log.record(an_event(number))
        except BackendUnavailableError as error:
            failures.append(error)

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=record, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(failures) == 6
    log.close()

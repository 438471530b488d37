"""Keeps audit events for ever in a file of their own, each chained to the one before by a hash.

Whoever changes, removes or inserts an event breaks the chain from there on. A chain cannot tell
that its newest events were cut off, nor that all of it was written anew: for that, keep the count
and the last hash that `verify` returns somewhere else, and compare.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.audit.group_commit import GroupCommit
from models.access import AuditEvent
from models.errors import BackendUnavailableError

FIRST_PREVIOUS_HASH = "0" * 64

_APPLICATION_ID = 0x49444741  # "IDGA" in ASCII
_VERSION = 1
_SCHEMA = (
    """
    CREATE TABLE audit_event (
        sequence INTEGER PRIMARY KEY,
        event TEXT NOT NULL,         -- canonical JSON
        previous_hash TEXT NOT NULL,
        hash TEXT NOT NULL           -- SHA-256 of previous_hash and event, hex
    ) STRICT
    """,
    """
    CREATE TRIGGER audit_event_is_never_edited BEFORE UPDATE ON audit_event
    BEGIN SELECT raise(ABORT, 'audit events are never edited'); END
    """,
    """
    CREATE TRIGGER audit_event_is_never_deleted BEFORE DELETE ON audit_event
    BEGIN SELECT raise(ABORT, 'audit events are never deleted'); END
    """,
    # INSERT OR REPLACE would remove the older row without firing the trigger on deletes.
    """
    CREATE TRIGGER audit_event_follows_the_last BEFORE INSERT ON audit_event
    WHEN new.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit_event)
    BEGIN SELECT raise(ABORT, 'an audit event follows the last'); END
    """,
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event as kept.

    Attributes:
        sequence: its place, from 1, without gaps.
        hash: SHA-256, hex, of the hash before it and its canonical JSON.
    """

    sequence: int
    event: AuditEvent
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """Whether the chain holds.

    Attributes:
        n_events: events read.
        last_hash: hash of the newest event; of the empty chain, `FIRST_PREVIOUS_HASH`.
        broken_at: sequence of the first event that does not follow from the one before; None when
            every one does.
    """

    n_events: int
    last_hash: str
    broken_at: int | None


class AuditLog:
    """An append-only SQLite file; several threads and processes may append to it."""

    def __init__(self, path: Path, *, busy_timeout_s: float = 10.0) -> None:
        """Open the file, making it if there is none.

        Args:
            path: of the file; on a local disk.
            busy_timeout_s: how long one writer waits for the others.

        Raises:
            BackendUnavailableError: if it cannot be opened, is no audit, or is of a later version.
        """
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._lock = threading.Lock()
        self._commits = GroupCommit(self._append)
        self._connection: sqlite3.Connection | None = None
        self._opened = (0, 0)
        with self._transaction() as connection:
            self._prepare(connection)

    def record(self, event: AuditEvent) -> None:
        """Keep the event, durably, before returning.

        Raises:
            BackendUnavailableError: if it cannot be written.
        """
        self.record_all([event])

    def record_all(self, events: Sequence[AuditEvent]) -> None:
        """Keep several events in their order, all or none, durably, before returning.

        Raises:
            BackendUnavailableError: if they cannot be written.
        """
        self._commits.write([_canonical(event) for event in events])

    def _append(self, texts: Sequence[str]) -> None:
        with self._transaction() as connection:
            last = connection.execute(
                "SELECT sequence, hash FROM audit_event ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
            sequence, previous_hash = last or (0, FIRST_PREVIOUS_HASH)
            rows = []
            for place, text in enumerate(texts, start=sequence + 1):
                chained = _chained(previous_hash, text)
                rows.append((place, text, previous_hash, chained))
                previous_hash = chained
            connection.executemany("INSERT INTO audit_event VALUES (?, ?, ?, ?)", rows)

    def check_writable(self) -> None:
        """Take and release the right to write, without writing.

        Raises:
            BackendUnavailableError: if an event could not be recorded now.
        """
        with self._transaction():
            pass

    def events(self, *, after: int = 0, limit: int) -> list[AuditEntry]:
        """Return events with a higher sequence, in order.

        Args:
            after: sequence of the last event already seen.
            limit: the most to return.

        Raises:
            BackendUnavailableError: if the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT sequence, event, hash FROM audit_event"
                " WHERE sequence > ? ORDER BY sequence LIMIT ?",
                (after, max(limit, 0)),
            ).fetchall()
        return [AuditEntry(sequence, _event(text), hash_) for sequence, text, hash_ in rows]

    def verify(self) -> AuditVerification:
        """Recompute the chain from its beginning, in one consistent state.

        Raises:
            BackendUnavailableError: if the file cannot be read.
        """
        n_events, last_hash, broken_at = 0, FIRST_PREVIOUS_HASH, None
        with self._reading() as connection:
            for sequence, text, previous_hash, hash_ in connection.execute(
                "SELECT sequence, event, previous_hash, hash FROM audit_event ORDER BY sequence"
            ):
                n_events += 1
                is_next = sequence == n_events and previous_hash == last_hash
                if broken_at is None and not (is_next and hash_ == _chained(last_hash, text)):
                    broken_at = sequence
                last_hash = hash_
        return AuditVerification(n_events, last_hash, broken_at)

    def close(self) -> None:
        """Close the connection kept for writing; the next event opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the table in a new file; refuse a file of something else."""
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (n_objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if not n_objects:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        elif owner != _APPLICATION_ID or version != _VERSION:
            raise BackendUnavailableError(f"{self._path.name} is no audit that can be written")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction, on disk when this returns."""
        with self._lock, self._errors():
            connection = self._writer()
            # IMMEDIATE: nobody else may append between reading the last hash and writing the next.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Some errors, such as a full disk, have rolled back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Read one consistent state, beside any writer."""
        with self._errors(), closing(self._open()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise BackendUnavailableError(f"the audit cannot be used: {error}") from error

    def _writer(self) -> sqlite3.Connection:
        """Return the connection kept for writing, as long as the file is still the same.

        A file that was moved away stays writable through an open connection: what is written
        there would be lost.
        """
        if self._connection is not None:
            status = self._path.stat()
            if self._opened == (status.st_dev, status.st_ino):
                return self._connection
            self._connection.close()
            self._connection = None
            raise BackendUnavailableError("the audit file was replaced while it was in use")
        self._connection = self._open()
        status = self._path.stat()
        self._opened = (status.st_dev, status.st_ino)
        return self._connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,  # the one kept for writing is used under a lock
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _chained(previous_hash: str, text: str) -> str:
    return hashlib.sha256((previous_hash + text).encode()).hexdigest()


def _canonical(event: AuditEvent) -> str:
    """Write an event as JSON in the one way there is: sorted keys, no spaces, ASCII."""
    return json.dumps(
        {
            "at": event.at.isoformat(),
            "subject": event.subject,
            "roles": list(event.roles),
            "purpose": event.purpose,
            "action": event.action,
            "targets": list(event.targets),
            "query_hash": event.query_hash,
            "outcome": event.outcome,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def _event(text: str) -> AuditEvent:
    item = json.loads(text)
    return AuditEvent(
        at=datetime.fromisoformat(item["at"]),
        subject=item["subject"],
        roles=tuple(item["roles"]),
        purpose=item["purpose"],
        action=item["action"],
        targets=tuple(item["targets"]),
        query_hash=item["query_hash"],
        outcome=item["outcome"],
    )

"""Opens SQLite connections with the settings the store relies on, and lends them out."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from graph.engine import EngineLimits
from models.errors import BackendUnavailableError


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """How much the store may take.

    Attributes:
        busy_timeout_s: how long a writer waits for others before giving up.
        build_timeout_s: the same for a run being built, which may wait out a burst of live writes.
        mmap_bytes: how much of the file may be read through the page cache of the system.
        cache_bytes: page cache of each connection.
        max_idle_connections: connections kept open between uses.
        load_rows: rows of a bulk load in one transaction; live writes wait for one at most.
        load_bodies: the same for record bodies, which are wider.
        build_limits: what the engine may use that works out what a run changes.
        scratch: folder for temporary files; `scratch` beside the store unless set.
    """

    busy_timeout_s: float = 10.0
    build_timeout_s: float = 120.0
    mmap_bytes: int = 4_000_000_000
    cache_bytes: int = 32_000_000
    max_idle_connections: int = 8
    load_rows: int = 50_000
    load_bodies: int = 4_000
    build_limits: EngineLimits = field(default_factory=EngineLimits)
    scratch: Path | None = None


class ConnectionPool:
    """Lends SQLite connections, each used by one caller at a time.

    A pool rather than a connection per thread: a view may be entered in one thread and left in
    another, and two views may be open in one thread.
    """

    def __init__(self, path: Path, settings: StoreSettings) -> None:
        self.path = path
        self.settings = settings
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._is_closed = False

    @property
    def scratch(self) -> Path:
        """Return the folder for temporary files."""
        return self.settings.scratch or self.path.parent / "scratch"

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one read transaction: every query sees the same state."""
        with self._lent() as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("PRAGMA query_only = OFF")

    @contextmanager
    def writing(
        self, *, is_durable: bool = True, timeout_s: float | None = None
    ) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one write transaction, committed if the block succeeds.

        Args:
            is_durable: whether the commit must be on disk before this returns. A bulk load need
                not be: the commit that makes it count flushes everything written before it.
            timeout_s: how long to wait for other writers; `busy_timeout_s` unless given.
        """
        with self._lent() as connection:
            _wait_for_others(connection, timeout_s or self.settings.busy_timeout_s)
            connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            # IMMEDIATE takes the write lock now, where busy_timeout applies; a deferred
            # transaction that turns into a write fails at once when another wrote meanwhile.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Some errors, such as a full disk, have rolled back already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, and empty it if nobody reads or writes now."""
        with self._lent() as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            # Emptying would wait for every reader, and hold the write lock meanwhile.
            _wait_for_others(connection, 0)
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                _wait_for_others(connection, self.settings.busy_timeout_s)

    def close(self) -> None:
        """Close idle connections and those that come back later."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend one connection; any error of SQLite says that the store is unavailable."""
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)
        except sqlite3.Error as error:
            raise BackendUnavailableError(f"the store at {self.path.name}: {error}") from error

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._is_closed:
                raise BackendUnavailableError(f"the store at {self.path.name} is closed")
            if self._idle:
                return self._idle.pop()
        return self._open()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            is_kept = not self._is_closed and len(self._idle) < self.settings.max_idle_connections
            # One left inside a transaction failed to roll back: its state is not known.
            if is_kept and not connection.in_transaction:
                self._idle.append(connection)
                return
        connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=self.settings.busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,  # lent to one caller at a time, whatever its thread
            cached_statements=256,
        )
        try:
            # For a new file only: four record bodies to a page rather than two waste less of it.
            connection.execute("PRAGMA page_size = 8192")
            connection.execute("PRAGMA journal_mode = WAL")
            # Every checkpoint waits for the disk: a bulk load makes few of them, 64 MB apart.
            connection.execute("PRAGMA wal_autocheckpoint = 8192")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA mmap_size = {self.settings.mmap_bytes}")
            connection.execute(f"PRAGMA cache_size = -{self.settings.cache_bytes // 1024}")
            connection.execute("PRAGMA temp_store = MEMORY")
            # A log grown by a long load gives its space back at the next reset.
            connection.execute("PRAGMA journal_size_limit = 67108864")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _wait_for_others(connection: sqlite3.Connection, timeout_s: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(timeout_s * 1000)}")


class Connected:
    """What every part of the store shares: where its connections come from."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

"""Opens the Neo4j driver, runs the named queries, and tells its errors in our own words."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.engine import EngineLimits
from graph.neo4j.queries import query
from models.errors import BackendUnavailableError

Row = tuple[Any, ...]
Runner = neo4j.Session | neo4j.Transaction | neo4j.ManagedTransaction


@dataclass(frozen=True, slots=True)
class Neo4jSettings:
    """Where the server is and how much a build may take of it.

    Attributes:
        address: such as `bolt://127.0.0.1:7687`, or `neo4j+s://...` for a server with TLS.
        password: never printed.
        scratch: folder for temporary files of a run being built.
        database: the database on that server.
        writers: sessions that load at once.
        load_rows: rows of a bulk load in one transaction.
        load_bodies: the same for record bodies, which are wider.
        load_people: new identities and records that one transaction makes, with their links.
        fetch_rows: rows of a stream that are under way at once.
        grace_s: how long what a switch put out of service stays, for views that still read it.
        timeout_s: how long to wait for a connection, or for another writer.
        build_limits: what the engine may use that works out what a run changes.
    """

    address: str
    user: str
    password: str = field(repr=False)
    scratch: Path
    database: str = "neo4j"
    writers: int = 2
    load_rows: int = 5_000
    load_bodies: int = 2_000
    load_people: int = 1_500
    fetch_rows: int = 5_000
    grace_s: float = 30.0
    timeout_s: float = 30.0
    build_limits: EngineLimits = field(default_factory=EngineLimits)


class Connections:
    """The driver of one store; it may be used from any number of threads."""

    def __init__(self, settings: Neo4jSettings) -> None:
        """Connect, and make sure that the server answers and knows us.

        Raises:
            BackendUnavailableError: if it does not.
        """
        self.settings = settings
        self._lock = threading.Lock()
        with told_as_unavailable():
            self._driver = neo4j.GraphDatabase.driver(
                settings.address,
                auth=(settings.user, settings.password),
                connection_acquisition_timeout=settings.timeout_s,
                connection_timeout=settings.timeout_s,
                max_transaction_retry_time=settings.timeout_s,
                # a server that was restarted leaves dead connections in the pool
                liveness_check_timeout=5.0,
                # the server's advice on queries is for whoever writes them
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
            try:
                self._driver.verify_connectivity()
            except BaseException:
                self._driver.close()
                raise

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    @contextmanager
    def session(self, *, is_reading: bool) -> Iterator[neo4j.Session]:
        """Lend one session; any error of the driver says that the store is unavailable."""
        mode = neo4j.READ_ACCESS if is_reading else neo4j.WRITE_ACCESS
        with (
            told_as_unavailable(),
            self._driver.session(
                database=self.settings.database,
                default_access_mode=mode,
                fetch_size=self.settings.fetch_rows,
            ) as session,
        ):
            yield session

    def read(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Return the rows of a query."""
        with self.session(is_reading=True) as session:
            rows: list[Row] = session.execute_read(lambda tx: run(tx, name, parameters))
            return rows

    def write(self, work: Callable[[neo4j.ManagedTransaction], Any]) -> Any:
        """Do some work in one transaction, again if another writer came between."""
        with self.session(is_reading=False) as session:
            return session.execute_write(work)

    def write_in_parts(self, name: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a query that commits by itself, some rows at a time."""
        with self.session(is_reading=False) as session:
            session.run(query(name), dict(parameters or {})).consume()

    def stream(self, name: str, parameters: Mapping[str, Any] | None = None) -> Iterator[list[Row]]:
        """Yield the rows of a query, some at a time, from one transaction."""
        with self.session(is_reading=True) as session:
            result = session.run(query(name), dict(parameters or {}))
            while records := result.fetch(self.settings.fetch_rows):
                yield [tuple(record.values()) for record in records]


def run(
    runner: Runner,
    name: str,
    parameters: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Run a query by its name; return its rows."""
    result = runner.run(query(name), dict(parameters or {}))
    return [tuple(record.values()) for record in result]


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Turn an error of the driver into one that callers know; it holds no values of a row."""
    try:
        yield
    except AuthError as error:
        raise BackendUnavailableError(
            "Neo4j does not accept the user or the password it was given"
        ) from error
    except Neo4jError as error:
        # A server's message may quote the row it is about; its code never does.
        raise BackendUnavailableError(f"Neo4j refused a query: {error.code}") from error
    except DriverError as error:
        raise BackendUnavailableError(f"Neo4j cannot be reached: {type(error).__name__}") from error


def is_storable(text: str) -> bool:
    """Tell whether the server can hold this text: a lone surrogate has no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Connected:
    """What every part of the store shares: its connections."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

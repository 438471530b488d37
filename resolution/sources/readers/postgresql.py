"""Reads the rows of a PostgreSQL query as the text that PostgreSQL itself writes."""

from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any

from models.errors import BackendUnavailableError, InvalidInputError
from resolution.sources.formats import DatabaseFormat

_ROWS_PER_FETCH = 20_000
# Whatever the server is set to: dates as ISO 8601, times in UTC; the same rows, the same text.
_SESSION = (
    "SET default_transaction_read_only = on",
    "SET datestyle = 'ISO, YMD'",
    "SET intervalstyle = 'iso_8601'",
    "SET timezone = 'UTC'",
    "SET bytea_output = 'hex'",
)


def read_postgresql(form: DatabaseFormat, url: str) -> Generator[Sequence[str | None]]:
    """Return the column names, then the rows, fetched by a cursor on the server.

    Values are not turned into Python's: it has no infinite dates, and none before Christ.

    Raises:
        InvalidInputError: if the address or the query cannot be used.
        BackendUnavailableError: if the database cannot be reached, or breaks off.
    """
    try:
        import psycopg
    except ImportError as error:
        raise InvalidInputError(
            "reading PostgreSQL needs one more package: .venv/bin/pip install 'psycopg[binary]'"
        ) from error
    try:
        with _connected(form, url) as connection:
            for statement in _SESSION:
                connection.execute(statement)
            connection.commit()
            with connection.cursor(name="identigraph") as cursor:
                _take_text(cursor)
                cursor.itersize = _ROWS_PER_FETCH
                cursor.execute(form.query)
                yield [column.name for column in cursor.description or ()]
                yield from cursor
    except psycopg.OperationalError as error:
        raise BackendUnavailableError(
            f"the database {form.connection!r} broke off: {_reason(error)}"
        ) from error
    except psycopg.errors.CharacterNotInRepertoire as error:
        raise InvalidInputError(
            f"the database {form.connection!r} holds bytes that are no UTF-8: add their encoding to"
            " its address, as in ?client_encoding=latin1"
        ) from error
    except psycopg.Error as error:
        raise InvalidInputError(
            f"the query of {form.connection!r} failed: {_reason(error)}"
        ) from error


def _connected(form: DatabaseFormat, url: str) -> Any:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    used: dict[str, Any] = {"client_encoding": "utf8", "connect_timeout": 10}
    given: dict[str, Any] = {}
    with suppress(psycopg.Error):  # whose words would repeat the address, and the password in it
        given = conninfo_to_dict(url)
    if not given:
        raise InvalidInputError(
            f"the address of {form.connection!r} cannot be read: write "
            "postgresql://user:password@host:port/database, with %40 for an @ in the password"
        )
    try:
        return psycopg.connect(**(used | given))
    except psycopg.Error as error:
        raise BackendUnavailableError(
            f"the database {form.connection!r} cannot be reached: {_reason(error)}"
        ) from error


def _take_text(cursor: Any) -> None:
    """Take every value as it comes, in text; true and false are written out."""
    from psycopg import adapters
    from psycopg.adapt import Loader
    from psycopg.types.string import TextLoader

    class BoolText(Loader):
        def load(self, data: Any) -> str:
            return "true" if bytes(data) == b"t" else "false"

    for kind in adapters.types:
        for oid in (kind.oid, kind.array_oid):
            if oid:
                cursor.adapters.register_loader(oid, TextLoader)
    cursor.adapters.register_loader("bool", BoolText)


def _reason(error: Any) -> str:
    """Return what the server said, in its first line; the rest is where it said it."""
    said = error.diag.message_primary or str(error)
    return str(said).strip().splitlines()[0] if said.strip() else type(error).__name__

"""Reads Parquet files and database queries: rows that already have columns and types."""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from models.errors import BackendUnavailableError, InvalidInputError
from resolution.sources.formats import DatabaseFormat
from resolution.sources.readers.postgresql import read_postgresql
from resolution.sources.rows import DOCUMENT, POSITION, RowStream
from resolution.sources.value_sql import sql_name, sql_text

_ROWS_PER_BATCH = 20_000


def read_parquet(path: Path) -> RowStream:
    """Read a Parquet file; with any nested column its rows are read as documents.

    Raises:
        InvalidInputError: if it is no Parquet file.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InvalidInputError(f"{path.name} is not a Parquet file") from error
    schema = file.schema_arrow
    is_nested = any(pa.types.is_nested(field.type) for field in schema)
    return RowStream(None if is_nested else tuple(schema.names), _parquet_rows(file, path.name))


def _parquet_rows(file: pq.ParquetFile, name: str) -> Iterator[pa.RecordBatch]:
    n_rows = 0
    try:
        with file, duckdb.connect(":memory:", config={"threads": 1}) as engine:
            for batch in file.iter_batches(_ROWS_PER_BATCH):
                yield _as_text(engine, batch, n_rows)
                n_rows += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InvalidInputError(f"{name} is a damaged Parquet file after row {n_rows}") from error


def _as_text(engine: duckdb.DuckDBPyConnection, batch: pa.RecordBatch, n_rows: int) -> Any:
    """Turn typed columns into text: columns of text, or one document where any is nested."""
    fields = list(batch.schema)
    named = pa.table({f"c{at}": column for at, column in enumerate(batch.columns)})
    engine.register("typed", named)
    if any(pa.types.is_nested(field.type) for field in fields):
        pairs = ", ".join(f"{sql_text(field.name)}, c{at}" for at, field in enumerate(fields))
        chosen = f"json_object({pairs})::VARCHAR AS {DOCUMENT}"
    else:
        chosen = ", ".join(f"{_text(f'c{at}', field.type)} AS c{at}"
                           for at, field in enumerate(fields))  # fmt: skip
    texts = engine.execute(f"SELECT {chosen} FROM typed").to_arrow_table().combine_chunks()
    rows = pa.array(range(n_rows + 1, n_rows + batch.num_rows + 1), pa.int64())
    offsets = pa.nulls(batch.num_rows, pa.int64())
    columns = [column.combine_chunks().cast(pa.string()) for column in texts.columns]
    schema = pa.schema([*POSITION, *(pa.field(name, pa.string()) for name in texts.column_names)])
    return pa.RecordBatch.from_arrays([rows, rows, offsets, *columns], schema=schema)


def _text(column: str, kind: pa.DataType) -> str:
    """Write a column as text; whole numbers that were stored as floats lose their ".0"."""
    if pa.types.is_floating(kind):
        is_whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        return f"CASE WHEN {is_whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
    return f"{sql_name(column)}::VARCHAR"


@contextmanager
def read_database(form: DatabaseFormat, url: str, data_root: Path) -> Iterator[RowStream]:
    """Read the rows of a query; the database is left at the end, whatever happens.

    Args:
        form: the query.
        url: `sqlite:///path` (below the data root unless absolute) or `postgresql://...`.
        data_root: where relative paths start.

    Raises:
        InvalidInputError: if the address or the query cannot be used.
        BackendUnavailableError: if the database cannot be reached.
    """
    scheme = urlsplit(url).scheme
    rows: Generator[Sequence[Any]]
    if scheme == "sqlite":
        rows = _sqlite_rows(form, data_root / unquote(url.removeprefix("sqlite:///")))
    elif scheme in ("postgresql", "postgres"):
        rows = read_postgresql(form, url)
    else:
        raise InvalidInputError(
            f"the address of {form.connection!r} must begin with sqlite:/// or postgresql://"
        )
    with closing(rows):
        fields = tuple(next(rows))
        yield RowStream(fields, _database_batches(rows, len(fields)))


def _database_batches(rows: Iterator[Sequence[Any]], n_columns: int) -> Iterator[pa.RecordBatch]:
    schema = pa.schema([*POSITION, *(pa.field(f"c{at}", pa.string()) for at in range(n_columns))])
    held: list[Sequence[Any]] = []
    n_rows = 0

    def batch() -> pa.RecordBatch:
        ordinals = pa.array(range(n_rows - len(held) + 1, n_rows + 1), pa.int64())
        columns = [pa.array([_plain(row[at]) for row in held], pa.string())
                   for at in range(n_columns)]  # fmt: skip
        offsets = pa.nulls(len(held), pa.int64())
        return pa.RecordBatch.from_arrays([ordinals, ordinals, offsets, *columns], schema=schema)

    for row in rows:
        held.append(row)
        n_rows += 1
        if len(held) == _ROWS_PER_BATCH:
            yield batch()
            held = []
    if held:
        yield batch()


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _sqlite_rows(form: DatabaseFormat, path: Path) -> Generator[Sequence[Any]]:
    """Return the column names, then the rows."""
    if not path.is_file():
        raise BackendUnavailableError(f"the database {form.connection!r} is not there")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        cursor = connection.execute(form.query)
        if cursor.description is None:
            raise InvalidInputError(f"the query of {form.connection!r} gives no rows: write SELECT")
        yield [column[0] for column in cursor.description]
        yield from cursor
    except sqlite3.Error as error:
        raise InvalidInputError(f"the query of {form.connection!r} failed: {error}") from error
    finally:
        connection.close()

"""The run that is being built: its tables in DuckDB, where they are joined by the million."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph.engine import Engine
from models.errors import BackendUnavailableError

Rows = list[tuple[Any, ...]]
Columns = list[list[Any]]

_PART_ROWS = 5_000


class Workbench:
    """A run being built and its scratch tables, in an engine that closes with it."""

    def __init__(self, run_id: str, run_no: int, engine: Engine) -> None:
        self.run_id = run_id
        self.run_no = run_no
        self._tables: set[str] = set()
        self._engine = engine
        self._duckdb = engine.connection

    def close(self) -> None:
        """Forget everything."""
        self._engine.close()

    def has(self, table: str) -> bool:
        """Tell whether a table was created."""
        return table in self._tables

    def create(self, table: str, columns: str, batches: Iterable[Rows] = ()) -> None:
        """Create a table such as `seen_record` with columns such as `record_no BIGINT`."""
        self._tables.add(table)
        self.run(f"CREATE OR REPLACE TABLE {table} ({columns})")
        for rows in batches:
            self.append(table, rows)

    def add_to(self, table: str, query: str) -> None:
        """Add what a query gives to a table, which is made if there is none."""
        made = f"INSERT INTO {table}" if self.has(table) else f"CREATE TABLE {table} AS"
        self.run(f"{made} {query}")
        self._tables.add(table)

    def drop(self, table: str) -> None:
        """Forget a table, if there is one."""
        self._tables.discard(table)
        self.run(f"DROP TABLE IF EXISTS {table}")

    def append(self, table: str, rows: Rows) -> None:
        """Add rows to a table."""
        if rows:
            names = [f"c{i}" for i in range(len(rows[0]))]
            columns = map(list, zip(*rows, strict=True))
            self.append_columns(table, dict(zip(names, columns, strict=True)))

    def append_columns(self, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add rows to a table, given as its columns in order."""
        arrow = pa.table({name: pa.array(values) for name, values in columns.items()})
        self.take("appended", arrow.to_batches(), arrow.schema)
        self.run(f"INSERT INTO {table} SELECT * FROM appended")
        self._duckdb.unregister("appended")

    def take(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Make a stream of batches readable, once, under a name."""
        reader = pa.RecordBatchReader.from_batches(schema, (b.cast(schema) for b in batches))
        self._duckdb.register(name, reader)

    def run(self, sql: str) -> None:
        """Execute a statement."""
        self._duckdb.execute(sql)

    def value(self, sql: str) -> int:
        """Return the single number a query gives."""
        row = self._duckdb.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def columns(self, sql: str) -> list[list[Any]]:
        """Return the few rows that a query gives, as columns."""
        found = self._duckdb.execute(sql).to_arrow_table()
        return [column.to_pylist() for column in found.columns]

    def rows(self, sql: str, *, at_once: int) -> Iterator[Rows]:
        """Stream the result of a query, some rows at a time."""
        for columns in self.column_batches(sql, at_once=at_once):
            yield list(zip(*columns, strict=True))

    def column_batches(self, sql: str, *, at_once: int) -> Iterator[Columns]:
        """Stream the result of a query, some rows at a time, as columns."""
        for batch in self._duckdb.cursor().execute(sql).to_arrow_reader(at_once):
            yield [column.to_pylist() for column in batch.columns]

    def parts(self, sql: str, n_parts: int) -> Iterator[Columns]:
        """Stream the result of a query part by part; one of which there are no rows is empty.

        Args:
            sql: its first column is the number of the part, by which it is ordered.
            n_parts: how many there are.
        """
        reader = self._duckdb.cursor().execute(sql).to_arrow_reader(_PART_ROWS)
        held = reader.schema.empty_table()
        for part in range(n_parts):
            while not held.num_rows or held[0][-1].as_py() <= part:
                batch = next(reader, None)
                if batch is None:
                    break
                held = pa.concat_tables([held, pa.Table.from_batches([batch])])
            n_rows = pc.sum(pc.less_equal(held[0], part), min_count=0).as_py()
            yield [column.to_pylist() for column in held.slice(0, n_rows).columns[1:]]
            held = held.slice(n_rows)


BuildT = TypeVar("BuildT", bound=Workbench)


class BuildingSite(Generic[BuildT]):
    """Where a store has the one run that it builds, if any."""

    def __init__(self) -> None:
        self._build: BuildT | None = None

    def begin(self, build: BuildT) -> None:
        """Build this run from now on, and no other."""
        self.end()
        self._build = build

    def end(self) -> None:
        """Forget the run that is being built."""
        if self._build is not None:
            self._build.close()
            self._build = None

    @contextmanager
    def at_work(self, run_id: str | None = None) -> Iterator[BuildT]:
        """Give the run being built; an error of its engine says what is unavailable.

        Raises:
            BackendUnavailableError: if no run is being built here, or another than this.
        """
        if self._build is None or run_id not in (None, self._build.run_id):
            raise BackendUnavailableError(f"run {run_id!r} is not being built here: begin it first")
        try:
            yield self._build
        except (duckdb.Error, pa.ArrowException) as error:
            raise BackendUnavailableError(f"the run could not be built: {error}") from error

"""Writes tables of an engine as Parquet of a declared schema."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

_ROWS_AT_A_TIME = 100_000


@contextmanager
def whole_or_none(folder: Path) -> Iterator[None]:
    """Remove a new folder if filling it fails: a half would take the space that was short."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def write_parquet(
    connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path
) -> int:
    """Write what a query gives as Parquet; its columns are those of the schema, by name.

    Returns:
        How many rows were written.
    """
    names = ", ".join(f'"{name}"' for name in schema.names)
    reader = connection.execute(f"select {names} from ({query})").to_arrow_reader(_ROWS_AT_A_TIME)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with (
        pq.ParquetWriter(path, schema, compression="zstd") as writer,
        ThreadPoolExecutor(1) as beside,
    ):
        # the engine makes the next rows while these are packed
        writing: Future[None] | None = None
        for batch in reader:
            table = pa.Table.from_batches([batch]).cast(schema)
            if writing:
                writing.result()
            writing = beside.submit(writer.write_table, table)
            rows += table.num_rows
        if writing:
            writing.result()
    return rows

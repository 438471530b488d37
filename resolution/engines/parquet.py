"""Writes tables of an engine as Parquet of a declared schema."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

_ROWS_AT_A_TIME = 100_000


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
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in reader:
            table = pa.Table.from_batches([batch]).cast(schema)
            writer.write_table(table)
            rows += table.num_rows
    return rows

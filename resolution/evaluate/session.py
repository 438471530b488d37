"""A bounded in-memory DuckDB connection for one evaluation."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "2GB"
SPILL_LIMIT = "20GB"


@contextmanager
def open_session(scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that spills to `scratch` and never fetches an extension.

    Args:
        scratch: folder for temporary files, which are removed at the end; the system's own
            temporary folder when not given.
    """
    with tempfile.TemporaryDirectory(prefix="evaluate-", dir=scratch) as spill:
        connection = duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": spill,
                "max_temp_directory_size": SPILL_LIMIT,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        try:
            yield connection
        finally:
            connection.close()

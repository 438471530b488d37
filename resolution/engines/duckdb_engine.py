"""Opens DuckDB connections that cannot take the whole machine or reach the network."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one connection may use.

    Attributes:
        memory: as DuckDB writes it, such as "4GB".
        spill: the most it may write to temporary files.
        threads: worker threads.
    """

    memory: str = "6GB"
    spill: str = "40GB"
    threads: int = max(1, os.cpu_count() or 1)


@contextmanager
def open_engine(
    scratch: Path, *, limits: EngineLimits | None = None, on_disk: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection whose temporary files live in a folder of their own, removed at the end.

    Args:
        scratch: folder in the workspace for temporary files; made if missing.
        limits: what the connection may use; the defaults suit a machine of 16 GiB.
        on_disk: keep tables in a file there, for what outgrows memory.
    """
    limits = limits or EngineLimits()
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="engine-", dir=scratch))
    connection = duckdb.connect(
        str(folder / "tables.duckdb") if on_disk else ":memory:",
        config={
            "threads": str(limits.threads),
            "memory_limit": limits.memory,
            "temp_directory": str(folder / "spill"),
            "max_temp_directory_size": limits.spill,
            # no extension is ever fetched: what is not in the wheel is not used
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        },
    )
    # DuckDB takes a process without a main file for a notebook, and would draw on its output
    connection.execute("set enable_progress_bar = false")
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)

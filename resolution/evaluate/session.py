"""Opens the bounded connection that one evaluation works in."""

import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from resolution.engines.duckdb_engine import EngineLimits, open_engine

_LIMITS = EngineLimits(memory="2GB", spill="20GB")


def open_session(scratch: Path | None) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Open a connection that spills to `scratch`, or to the system's temporary folder."""
    return open_engine(scratch or Path(tempfile.gettempdir()), limits=_LIMITS)

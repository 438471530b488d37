"""Opens DuckDB for what `graph` works out in tables, bounded in memory and on disk."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.closing import Closing


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one engine may use.

    Attributes:
        memory: as DuckDB writes it, such as "2GB".
        spill: the most it may write to temporary files.
        threads: worker threads.
    """

    memory: str = "2GB"
    spill: str = "100GB"
    threads: int = 2


class Engine(Closing):
    """One DuckDB in memory; what does not fit goes to a folder of its own until it closes."""

    def __init__(self, scratch: Path, limits: EngineLimits) -> None:
        """Open the engine; its folder is made in `scratch`, which is made if missing."""
        scratch.mkdir(parents=True, exist_ok=True)
        # DuckDB names its files alike in every process: a folder each keeps them apart.
        self._folder = Path(tempfile.mkdtemp(prefix="graph-", dir=scratch))
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "threads": limits.threads,
                "memory_limit": limits.memory,
                "temp_directory": str(self._folder),
                "max_temp_directory_size": limits.spill,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        # DuckDB takes a process without a main file for a notebook, and would draw on its output
        self.connection.execute("set enable_progress_bar = false")

    def close(self) -> None:
        """Forget everything and remove the folder."""
        self.connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

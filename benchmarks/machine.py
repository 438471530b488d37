"""Describes the machine that figures were measured on: cores, memory and versions."""

import os
import platform
from importlib.metadata import version


def describe_machine() -> dict[str, str]:
    """Return what a reader needs to repeat a measurement; nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "Python": platform.python_version(),
        "Splink": version("splink"),
        "DuckDB": version("duckdb"),
    }

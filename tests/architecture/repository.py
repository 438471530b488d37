"""Reads the repository itself: its files, what they import, what it declares."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("models", "resolution", "graph", "api")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

# Everything of ours; what else lies in a checkout (environments, workspaces, caches) is not.
_FOLDERS = (*LAYERS, "tests", "benchmarks", "examples", "docs", ".ci")
_NAMES_AT_THE_ROOT = ("*.md", "*.toml", "*.lock", "*.yaml", "*.yml", "Makefile", "Dockerfile")


def product_modules() -> list[Path]:
    """Return every Python file of the four layers."""
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def text_files() -> Iterator[Path]:
    """Yield every file of ours, whatever its kind."""
    for pattern in _NAMES_AT_THE_ROOT:
        yield from ROOT.glob(pattern)
    for folder in _FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".parquet":
                yield path


def name_of(path: Path) -> str:
    """Return a path as a test's id."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """Return the top-level packages from elsewhere that a Python file imports."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    packages = {name.partition(".")[0] for name in names}
    return packages - set(sys.stdlib_module_names) - {*LAYERS, "tests", "benchmarks"}

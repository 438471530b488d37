"""Gives the Cypher of a query by its name; each is one file in `cypher/`."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "cypher"


@cache
def query(name: str) -> str:
    """Return the text of one query."""
    return (_FOLDER / f"{name}.cypher").read_text("utf-8")

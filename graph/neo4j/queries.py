"""Gives the Cypher of a query by its name; each is one file in `cypher/`."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "cypher"


@cache
def query(name: str) -> str:
    """Return the text of one query."""
    return (_FOLDER / f"{name}.cypher").read_text("utf-8")


@cache
def query_beside(name: str) -> str:
    """Return the text of a query so that it takes the nodes it makes where they are there.

    Looking for them costs what making them together saves, so it is for the few that somebody else
    makes at the same time.
    """
    return re.sub(r"\bCREATE (?=\(\w+:(Identity|Record|Attribute) )", "MERGE ", query(name))

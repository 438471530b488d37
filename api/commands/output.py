"""Prints what a command found: plain text for people, or one JSON value for scripts."""

import dataclasses
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.table import Table

# Controls, but for tab and line feed, and marks of direction (Unicode's Bidi_Control).
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Wide enough that a table keeps its rows whole where there is no terminal to fit.
_WIDTH_OF_FILES = 200

console = Console(
    highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDTH_OF_FILES
)
notices = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Print one JSON value on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def printed_as_json(answer: object, body: type[BaseModel], *, as_json: bool) -> bool:
    """Print an answer as the API would send it, where that is asked for; tell whether it is."""
    if as_json:
        print_json(body.model_validate(answer).model_dump(mode="json"))
    return as_json


def plain(value: Any) -> Any:
    """Turn frozen objects, dates, paths and enums into what JSON has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def say(text: str = "") -> None:
    """Print lines; whatever is in them is printed as it is, but for what would steer a terminal."""
    console.print(escape(harmless(text)))


def heading(text: str) -> None:
    """Print a heading."""
    console.print(f"[bold]{escape(harmless(text))}[/bold]")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under columns; numbers stand to the right and are grouped by thousands."""
    listed = [list(row) for row in rows]
    shown = Table(box=None, pad_edge=False, header_style="dim", show_header=any(columns))
    for number, column in enumerate(columns):
        is_number = bool(listed) and all(_is_number(row[number]) for row in listed)
        shown.add_column(escape(column), justify="right" if is_number else "left")
    for row in listed:
        shown.add_row(*(escape(harmless(in_words(cell))) for cell in row))
    console.print(shown)


def harmless(text: str) -> str:
    """Write out what would move a terminal's cursor or turn the direction of what is read.

    Sources hold such characters, by accident or to mislead; line feeds stay.
    """
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def in_words(value: object) -> str:
    """Write one value for a person to read."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

"""The options that several commands share, and what they make of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="Folder of this deployment's state. [default: workspace]"
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder where the files of mappings start. [default: workspace]"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value, for scripts.")]
PurposeOption = Annotated[
    str | None, typer.Option("--purpose", help="Why you look; kept in the audit.")
]


@dataclass(frozen=True, slots=True)
class Example:
    """One example for a command's help: what it does and how it is written."""

    does: str
    command: str


def examples(*shown: Example) -> str:
    """Write examples as the end of a command's help."""
    lines = [f"{one.does}:\n\n    identigraph {one.command}" for one in shown]
    return "Examples\n\n" + "\n\n".join(lines)

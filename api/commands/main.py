"""The command line: `identigraph`, one command a verb."""

import sys

import typer

from api.commands import (
    audit_trail,
    deciding,
    demonstrating,
    measuring,
    networks,
    questions,
    running,
    serving,
    workspaces,
)
from api.commands.exit_codes import EXIT_CODES_IN_WORDS, exit_code_of
from api.commands.output import harmless, notices
from models.errors import IdentigraphError

app = typer.Typer(
    name="identigraph",
    help=(
        "Who is this person, and on what evidence? Records in, identities out.\n\n"
        "Start with `identigraph demo`. For your own data: `init`, write mapping files, "
        "`check`, `run`, `serve`."
    ),
    epilog=EXIT_CODES_IN_WORDS,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    # A traceback with local variables would show people's data.
    pretty_exceptions_enable=False,
)
for room in (workspaces, running, questions, networks, deciding, measuring, serving, demonstrating):
    room.add_commands(app)
app.add_typer(audit_trail.app, name="audit")


def main() -> None:
    """Run a command and end with its exit code."""
    try:
        app()
    except IdentigraphError as error:
        notices.print(harmless(f"Error: {error}"), style="red", markup=False)
        sys.exit(exit_code_of(error))


if __name__ == "__main__":
    main()

"""`identigraph init` and `check`: make a workspace, and check its mapping files."""

from typing import Annotated

import typer

from api.auth.sign_in import operating_system_user
from api.commands.options import DataOption, JsonOption, WorkspaceOption
from api.commands.output import heading, print_json, say, table
from api.settings import load_settings
from api.use_cases.check_mappings import check_mappings
from api.use_cases.init_workspace import init_workspace
from api.wiring import opened
from models.errors import InvalidInputError


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("init")(init)
    app.command("check")(check)


def init(
    *,
    workspace: WorkspaceOption = None,
    data: DataOption = None,
    example: Annotated[
        bool, typer.Option("--example", help="Copy the example's mapping files.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace: settings, a folder for mapping files, one for data.

    Examples:
    - `identigraph init --workspace work` and then write `work/mappings/<source>.yaml`

    - `identigraph init --workspace work --example` copies mapping files to learn from
    """
    settings = load_settings(workspace, data=data)
    settings.places.root.mkdir(parents=True, exist_ok=True)
    mappings = sorted((settings.examples / "mappings").glob("*.yaml")) if example else []
    if example and not mappings:
        raise InvalidInputError(f"there are no example mappings in {settings.examples}")
    with opened(settings) as deployment:
        made = init_workspace(
            principal=operating_system_user(None),
            workspace=deployment.workspace,
            auditor=deployment.auditor,
            example_mappings=mappings,
        )
    if as_json:
        print_json(made)
        return
    say(f"Made a workspace in {made.root}.")
    for path in made.mappings:
        say(f"  {path}")
    say("Next: put one mapping file per source into its mappings folder, then `identigraph check`.")


def check(
    *,
    workspace: WorkspaceOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every mapping file, and how the files it reads begin; exit code 2 for any problem.

    Nothing is read further than the first lines: what is wrong in single rows is told by `run`.

    Examples:
    - `identigraph check --workspace work`

    - `identigraph check --workspace work --json` for scripts
    """
    with opened(load_settings(workspace, data=data)) as deployment:
        found = check_mappings(
            principal=operating_system_user(None),
            workspace=deployment.workspace,
            auditor=deployment.auditor,
            databases=deployment.settings.database_addresses,
        )
    if as_json:
        print_json(found)
    else:
        heading("Usable mappings")
        rows = [
            (one.source, one.role, one.version, one.n_files, ", ".join(one.databases) or None)
            for one in found.usable
        ]
        table(("source", "role", "version", "files", "databases"), rows)
        for problem in found.problems:
            say()
            say(problem)
        for one in found.usable:
            if one.n_files == 0 and not one.databases:
                say(f"\nNo file of {one.source} is there yet.")
    if found.problems:
        raise typer.Exit(2)

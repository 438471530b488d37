"""`identigraph run`, `switch-back`, `train` and `activate`: records in, identities out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.auth.sign_in import operating_system_user
from api.commands.options import DataOption, JsonOption, PurposeOption, WorkspaceOption
from api.commands.output import heading, print_json, say, table
from api.commands.progress import shown_progress
from api.commands.run_summary import print_run
from api.match_model_shelf import WorkspaceShelf
from api.settings import load_settings
from api.use_cases.activate_model import Activation, activate_model, adopt_model
from api.use_cases.auditing import Auditor
from api.use_cases.publish_run import publish_run
from api.use_cases.switch_back import switch_back as switch_back_to
from api.use_cases.train_model import train_model
from api.wiring import identity_ids, opened
from models.access import Principal
from resolution.sources.mapping import load_mappings


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("run")(run)
    app.command("switch-back")(switch_back)
    app.command("train")(train)
    app.command("activate")(activate)


def run(
    *,
    workspace: WorkspaceOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read new files, resolve all records into identities, and publish the run.

    Files are known by their content: one that was read before is not read again, and a run on
    the same input changes nothing. Uses the active match model; trains one where there is none.

    Examples:
    - `identigraph run --workspace work`

    - `identigraph run --workspace work --data /srv/extracts --json > run.json`
    """
    with opened(load_settings(workspace, data=data)) as deployment, shown_progress() as progress:
        report = publish_run(
            load_mappings(deployment.workspace.mappings),
            principal=operating_system_user(None),
            workspace=deployment.workspace,
            store=deployment.store,
            pipeline=deployment.pipeline,
            shelf=deployment.shelf,
            publish=deployment.publish,
            auditor=deployment.auditor,
            databases=deployment.settings.database_addresses,
            new_identity_id=identity_ids(),
            progress=progress,
        )
    if as_json:
        print_json(report)
    else:
        print_run(report)


def switch_back(
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="An earlier run; see `identigraph runs`.")
    ] = None,
    *,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve again what an earlier run found: the one before, unless another is named.

    For when a run turns out wrong: a bad delivery, a match model that links too much. Who asks is
    answered from the present run until the switch, and then from a new run that holds what the
    earlier one found. Ids go on answering; what happened to each is an event.

    Records, files and decisions are kept, so the next `identigraph run` takes them all in again:
    before it, take the cause away, such as by `identigraph activate` of the former match model.
    Without a RUN, switching back twice is back where you were.

    Examples:
    - `identigraph switch-back --workspace work`

    - `identigraph switch-back run-000012 --workspace work --purpose "faulty extract of 3 May"`
    """
    with opened(load_settings(workspace)) as deployment, shown_progress() as progress:
        done = switch_back_to(
            run_id,
            principal=operating_system_user(purpose),
            workspace=deployment.workspace,
            graph=deployment.store,
            store=deployment.store,
            shelf=deployment.shelf,
            make_run=deployment.make_switch_back,
            publish=deployment.publish,
            auditor=deployment.auditor,
            progress=progress,
        )
    if as_json:
        print_json(done)
        return
    say(f"Published {done.run.run_id}: it holds what {done.earlier_run_id} found.")
    say(f"Match model {done.run.model_version}. {done.former_run_id} was served until now.")
    events = done.run.summary["identity_events"]
    if isinstance(events, Mapping) and events:
        say()
        heading("What happened to identities")
        table(("", ""), list(events.items()))


def train(
    *,
    workspace: WorkspaceOption = None,
    data: DataOption = None,
    activate: Annotated[
        bool, typer.Option("--activate", help="Use it from the next run on.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a match model on the workspace's records, without labels, and keep it as a version.

    Examples:
    - `identigraph train --workspace work` and then `identigraph activate VERSION`

    - `identigraph train --workspace work --activate`
    """
    with opened(load_settings(workspace, data=data)) as deployment, shown_progress() as progress:
        principal = operating_system_user(None)
        trained = train_model(
            load_mappings(deployment.workspace.mappings),
            principal=principal,
            workspace=deployment.workspace,
            store=deployment.store,
            pipeline=deployment.pipeline,
            shelf=deployment.shelf,
            auditor=deployment.auditor,
            databases=deployment.settings.database_addresses,
            progress=progress,
        )
        version = trained.package.version
        report = deployment.shelf.report(version)
        active = trained.active_version
        if activate:
            active = activate_model(
                version,
                principal=principal,
                shelf=deployment.shelf,
                auditor=deployment.auditor,
            ).version
    if as_json:
        lint = trained.package.lint
        print_json(
            {"version": version, "active_version": active, "lint": lint, "report": str(report)}
        )
        return
    say(f"Trained match model {version} on {trained.package.population:,} records.")
    table(
        ("severity", "comparison", "finding"),
        [(one.severity, one.comparison or "model", one.message) for one in trained.package.lint],
    )
    say(f"Report to read in a browser: {report}")
    if active == version:
        say("It is active: the next run uses it.")
    else:
        say(f"Runs still use {active or 'none'}. Next: `identigraph activate {version}`.")


def activate(
    version: Annotated[
        str, typer.Argument(help="A version that `train` made, or the folder of a package.")
    ],
    *,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make runs use a match model version from now on; the published run stays as it is.

    Examples:
    - `identigraph activate mm-0123456789ab --workspace work`
    """
    with opened(load_settings(workspace)) as deployment:
        used = deployment.shelf, deployment.auditor
        done = _activate(version, operating_system_user(None), *used)
    if as_json:
        print_json(done)
    else:
        say(f"Runs use {done.version} from now on; they used {done.former_version or 'none'}.")


def _activate(
    version: str, principal: Principal, shelf: WorkspaceShelf, auditor: Auditor
) -> Activation:
    # A version has no folder in its name; what has one is a package to be brought in.
    if Path(version).name != version:
        return adopt_model(Path(version), principal=principal, shelf=shelf, auditor=auditor)
    return activate_model(version, principal=principal, shelf=shelf, auditor=auditor)

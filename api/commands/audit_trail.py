"""`identigraph audit list` and `verify`: who saw or changed what, and is it whole?"""

from typing import Annotated

import typer

from api.auth.sign_in import operating_system_user
from api.commands.options import JsonOption, WorkspaceOption
from api.commands.output import plain, print_json, say, table
from api.settings import load_settings
from api.use_cases.read_audit import list_audit, verify_audit
from api.wiring import opened

app = typer.Typer(
    help="Read the audit: who saw or changed what, when, for what purpose.", no_args_is_help=True
)


@app.command("list")
def list_events(
    *,
    after: Annotated[int, typer.Option("--after", min=0, help="Only events after this one.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Most events.")] = 100,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List audit events, oldest first.

    Examples:
    - `identigraph audit list --workspace work --after 1000`
    """
    with opened(load_settings(workspace)) as deployment:
        page = list_audit(
            principal=operating_system_user(None),
            kept=deployment.audit,
            auditor=deployment.auditor,
            after=after,
            limit=limit,
        )
    if as_json:
        print_json([plain(one.event) | {"sequence": one.sequence} for one in page.events])
        return
    table(
        ("#", "at", "who", "action", "outcome", "purpose", "about"),
        [
            (
                one.sequence,
                one.event.at,
                one.event.subject,
                one.event.action,
                one.event.outcome,
                one.event.purpose,
                _shortened(one.event.targets),
            )
            for one in page.events
        ],
    )


@app.command("verify")
def verify(*, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Check that no audit event was changed, removed or put in between; exit code 1 if one was.

    Compare the count and the last hash with those you wrote down before: a chain alone cannot
    tell that its end was cut off.

    Examples:
    - `identigraph audit verify --workspace work`
    """
    with opened(load_settings(workspace)) as deployment:
        found = verify_audit(
            principal=operating_system_user(None),
            kept=deployment.audit,
            auditor=deployment.auditor,
        )
    if as_json:
        print_json(found)
    elif found.broken_at is None:
        say(f"Whole: {found.n_events:,} events, the last {found.last_hash}.")
    else:
        say(f"BROKEN at event {found.broken_at} of {found.n_events:,}.")
    if found.broken_at is not None:
        raise typer.Exit(1)


def _shortened(targets: tuple[str, ...]) -> str:
    more = f" and {len(targets) - 3} more" if len(targets) > 3 else ""
    return ", ".join(targets[:3]) + more

"""`identigraph decide`, `decisions`, `withdraw`, `propose-split`: who is one person, who is not."""

import shlex
from typing import Annotated

import typer

from api.auth.sign_in import operating_system_user
from api.commands.options import JsonOption, PurposeOption, WorkspaceOption
from api.commands.output import in_words, printed_as_json, say, table
from api.routes.answers import ProposedSplitBody
from api.routes.decisions import DecidedBody, DecisionsBody, LoggedDecisionBody, PreviewBody
from api.settings import load_settings
from api.use_cases.decide import decide as decide_on
from api.use_cases.list_decisions import list_decisions
from api.use_cases.preview_decision import Preview, preview_decision, propose_split
from api.use_cases.warning_words import warning_in_words
from api.use_cases.withdraw_decision import withdraw_decision
from api.wiring import new_decision_id, opened
from models.decision import Verdict

ReasonOption = Annotated[
    str, typer.Option("--reason", help="Why, in words; kept for ever.", prompt="Why")
]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("decide")(decide)
    app.command("decisions")(decisions)
    app.command("withdraw")(withdraw)
    app.command("propose-split")(split)


def decide(
    verdict: Annotated[Verdict, typer.Argument(help="same, different or unsure.")],
    groups: Annotated[
        list[str],
        typer.Argument(
            help="Record ids, or an identity's for all its records; commas make a group."
        ),
    ],
    *,
    reason: ReasonOption,
    note: Annotated[str, typer.Option("--note", help="Anything else to keep.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what it would do, and decide nothing.")
    ] = False,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide that records are one person, or are not; in effect at once and in every later run.

    Examples:
    - `identigraph decide same casework:17 passengers:A3 --reason "one passport, seen"`

    - `identigraph decide different casework:17,casework:18 casework:19 --reason "two brothers"`
    """
    parted = [[one for one in group.split(",") if one] for group in groups]
    with opened(load_settings(workspace)) as deployment:
        if dry_run:
            found = preview_decision(
                verdict,
                parted,
                principal=operating_system_user(purpose),
                graph=deployment.store,
                log=deployment.store,
                planners=deployment.planners,
                auditor=deployment.auditor,
            )
            _print_preview(found, as_json=as_json)
            return
        decided = decide_on(
            verdict,
            parted,
            reason=reason,
            note=note,
            principal=operating_system_user(purpose),
            graph=deployment.store,
            log=deployment.store,
            reconsider=deployment.reconsider,
            new_decision_id=new_decision_id,
            auditor=deployment.auditor,
        )
    if printed_as_json(decided, DecidedBody, as_json=as_json):
        return
    effect = "in effect" if decided.is_in_effect else "the next run puts it into effect"
    say(f"Kept as {decided.decision.decision_id}; {effect}:")
    table(
        ("record", "identity now"),
        [(one, decided.identities.get(one)) for one in decided.decision.record_ids],
    )


def _print_preview(found: Preview, *, as_json: bool) -> None:
    if printed_as_json(found, PreviewBody, as_json=as_json):
        return
    say("Nothing was written. Decided, these would be:")
    table(
        ("identity", "records", "watchlist hits"),
        [
            (one.identity_id, ", ".join(one.record_ids) or "none", len(one.watchlist_hits))
            for one in found.people
        ],
    )


def split(
    identity_id: Annotated[str, typer.Argument(help="The identity.")],
    *,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose where an identity parts best, as the command that would part it.

    Examples:
    - `identigraph propose-split id-mzxw6ytboi4tsmjr`
    """
    with opened(load_settings(workspace)) as deployment:
        found = propose_split(
            identity_id,
            principal=operating_system_user(purpose),
            graph=deployment.store,
            resolvers=deployment.resolvers,
            auditor=deployment.auditor,
        )
    if printed_as_json(found, ProposedSplitBody, as_json=as_json):
        return
    strongest = "nothing was compared"
    if found.strongest_evidence is not None:
        strongest = f"evidence {found.strongest_evidence:+.1f} at most"
    say(f"{found.n_links} of {found.n_compared} compared pairs across linked, {strongest}.")
    for warning in found.warnings:
        say(f"- {warning_in_words(warning)}")
    groups = " ".join(shlex.quote(",".join(group)) for group in found.groups)
    say("To see what parting them would do (without --dry-run: to do it):")
    say(f'identigraph decide different {groups} --dry-run --reason "..."')


def decisions(
    about: Annotated[
        list[str] | None, typer.Argument(help="Only on these records or identities.")
    ] = None,
    *,
    only_in_force: Annotated[
        bool, typer.Option("--only-in-force", help="Leave out what was withdrawn.")
    ] = False,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Where the page begins.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Most decisions.")] = 50,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what was decided, by whom and why; newest first."""
    with opened(load_settings(workspace)) as deployment:
        found = list_decisions(
            principal=operating_system_user(purpose),
            log=deployment.store,
            graph=deployment.store,
            auditor=deployment.auditor,
            about=about or (),
            only_in_force=only_in_force,
            offset=offset,
            limit=limit,
        )
    if printed_as_json(found, DecisionsBody, as_json=as_json):
        return
    table(
        ("decision", "verdict", "records", "by", "at", "why", "withdrawn"),
        [
            (
                one.decision.decision_id,
                one.decision.verdict.value,
                " | ".join(", ".join(group) for group in one.decision.groups),
                one.decision.author,
                in_words(one.decision.at),
                one.decision.reason,
                one.withdrawal and f"{one.withdrawal.author}: {one.withdrawal.reason}",
            )
            for one in found.decisions
        ],
    )
    if found.next_offset is not None:
        say(f"More: --offset {found.next_offset}")


def withdraw(
    decision_id: Annotated[str, typer.Argument(help="The decision.")],
    *,
    reason: ReasonOption,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a decision back: it is honoured no more, and it stays in the log."""
    with opened(load_settings(workspace)) as deployment:
        withdrawn = withdraw_decision(
            decision_id,
            reason=reason,
            principal=operating_system_user(purpose),
            log=deployment.store,
            reconsider=deployment.reconsider,
            auditor=deployment.auditor,
        )
    if printed_as_json(withdrawn, LoggedDecisionBody, as_json=as_json):
        return
    say(f"{decision_id} is withdrawn, and its people are as they are without it.")

"""`identigraph who-is`, `explain` and `runs`: the questions of the API, at the command line."""

import json
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.auth.sign_in import operating_system_user
from api.commands.evidence import print_formation, print_pair, print_who_is
from api.commands.options import JsonOption, PurposeOption, WorkspaceOption
from api.commands.output import print_json, printed_as_json, say, table
from api.commands.run_summary import print_warnings
from api.routes.answers import FormationAnswerBody, PairAnswerBody, WhoIsAnswerBody
from api.routes.changes import ChangesBody
from api.routes.questions import AskedAttributes
from api.routes.run_answers import RunAnswer
from api.settings import load_settings
from api.use_cases.explain_identity import explain_identity
from api.use_cases.explain_pair import explain_pair
from api.use_cases.list_changes import list_changes
from api.use_cases.list_runs import list_runs
from api.use_cases.who_is import WhoIsQuery, who_is
from api.wiring import Deployment, opened
from models.errors import InvalidInputError


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("who-is")(ask_who_is)
    app.command("explain")(explain)
    app.command("changes")(changes)
    app.command("runs")(runs)


def ask_who_is(
    *,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A whole name; repeat for aliases.")
    ] = None,
    date_of_birth: Annotated[
        str | None, typer.Option("--date-of-birth", help="1980-02-03, Feb 1980 or 1980.")
    ] = None,
    nationality: Annotated[
        list[str] | None, typer.Option("--nationality", help="A country; may be repeated.")
    ] = None,
    document: Annotated[
        list[str] | None, typer.Option("--document", help="A document's number; may be repeated.")
    ] = None,
    query: Annotated[
        typer.FileText | None,
        typer.Option(
            "--query", help='The attributes as JSON, "-" for standard input: what the API takes.'
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Look at records of this source only; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Most identities.")] = 10,
    minimum: Annotated[
        float | None,
        typer.Option("--minimum-match-weight", help="Leave out weaker ones. [default: review]"),
    ] = None,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who a person is: ranked identities with the evidence, watchlist hits apart.

    Examples:
    - `identigraph who-is --name "Amina Yusuf" --date-of-birth 1980-02-03`

    - `identigraph who-is --query query.json --json` keeps names out of the shell's history
    """
    asked = _attributes(query.read() if query else "{}")
    for field, values in (
        ("names", [{"full": one} for one in name or []]),
        ("dates_of_birth", [{"text": date_of_birth}] if date_of_birth else []),
        ("nationalities", [{"text": one} for one in nationality or []]),
        ("documents", [{"number": one} for one in document or []]),
    ):
        if values:
            asked[field] = [*asked.get(field, []), *values]
    with opened(load_settings(workspace)) as deployment:
        answer = who_is(
            WhoIsQuery(
                asked,
                limit=limit,
                minimum_match_weight=minimum,
                sources=None if source is None else tuple(source),
            ),
            principal=operating_system_user(purpose),
            graph=deployment.store,
            resolvers=deployment.resolvers,
            auditor=deployment.auditor,
        )
    if as_json:
        print_json(WhoIsAnswerBody.model_validate(answer).model_dump(mode="json"))
    else:
        print_who_is(answer)


def _attributes(text: str) -> dict[str, Any]:
    try:
        return AskedAttributes.model_validate(json.loads(text)).as_query()
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"the query is not JSON: line {error.lineno}") from error
    except ValidationError as error:
        places = {".".join(str(part) for part in one["loc"]) or "query" for one in error.errors()}
        raise InvalidInputError(f"the query is wrong at {', '.join(sorted(places))}") from error


def explain(
    left: Annotated[str, typer.Argument(help="A record id, or an identity id.")],
    right: Annotated[str | None, typer.Argument(help="Another record id.")] = None,
    *,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell why two records are, or are not, one person; or how an identity was formed.

    Examples:
    - `identigraph explain casework:00012 passengers:77` weighs two records

    - `identigraph explain id-mzxw6ytboi` tells which links joined an identity
    """
    with opened(load_settings(workspace)) as deployment:
        if right is None:
            _explain_identity(left, deployment, purpose, as_json=as_json)
        else:
            _explain_pair(left, right, deployment, purpose, as_json=as_json)


def _explain_identity(
    identity_id: str, deployment: Deployment, purpose: str | None, *, as_json: bool
) -> None:
    answer = explain_identity(
        identity_id,
        principal=operating_system_user(purpose),
        graph=deployment.store,
        resolvers=deployment.resolvers,
        auditor=deployment.auditor,
    )
    if as_json:
        print_json(FormationAnswerBody.model_validate(answer).model_dump(mode="json"))
    else:
        print_formation(answer)


def _explain_pair(
    left: str, right: str, deployment: Deployment, purpose: str | None, *, as_json: bool
) -> None:
    answer = explain_pair(
        left,
        right,
        principal=operating_system_user(purpose),
        graph=deployment.store,
        resolvers=deployment.resolvers,
        auditor=deployment.auditor,
    )
    if as_json:
        print_json(PairAnswerBody.model_validate(answer).model_dump(mode="json"))
    else:
        print_pair(answer)


def changes(
    *,
    after: Annotated[int, typer.Option("--after", min=0, help="A place in the feed.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most events.")] = 100,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what became of identities, in order, from a place in the feed on.

    Examples:
    - `identigraph changes --after 120`
    """
    with opened(load_settings(workspace)) as deployment:
        found = list_changes(
            after,
            principal=operating_system_user(purpose),
            graph=deployment.store,
            auditor=deployment.auditor,
            limit=limit,
        )
    if printed_as_json(found, ChangesBody, as_json=as_json):
        return
    table(
        ("place", "identity", "what", "other identities", "when", "why"),
        [
            (one.sequence, one.identity_id, one.kind.value, ", ".join(one.related_ids), one.at,
             one.cause)
            for one in found.events
        ],
    )  # fmt: skip
    if found.has_more:
        say(f"More: --after {found.next_after}")


def runs(
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most runs.")] = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first; answers rest on the published one.

    Examples:
    - `identigraph runs --workspace work`
    """
    with opened(load_settings(workspace)) as deployment:
        found = list_runs(
            principal=operating_system_user(None),
            graph=deployment.store,
            auditor=deployment.auditor,
            limit=limit,
        )
    if as_json:
        print_json([RunAnswer.model_validate(run).model_dump(mode="json") for run in found])
        return
    table(
        ("run", "status", "match model", "started", "finished"),
        [
            (run.run_id, run.status, run.model_version, run.started_at, run.finished_at)
            for run in found
        ],
    )
    for run in found:
        if run.status == "published":
            print_warnings(run)

"""`identigraph network`, `path`, `common`, `who-else-used` and `review`: exploring."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from api.auth.sign_in import operating_system_user
from api.commands.evidence import print_reviews
from api.commands.network_export import format_of, write_network
from api.commands.options import JsonOption, PurposeOption, WorkspaceOption
from api.commands.output import heading, printed_as_json, say, table
from api.routes.network_answers import (
    CommonNeighboursAnswerBody,
    NetworkAnswerBody,
    PathAnswerBody,
    ReviewAnswerBody,
    UsersAnswerBody,
)
from api.settings import load_settings
from api.use_cases.auditing import Auditor
from api.use_cases.explore_network import explore_network
from api.use_cases.exploring import NamedParty
from api.use_cases.find_common_neighbours import find_common_neighbours
from api.use_cases.find_path import find_path
from api.use_cases.ports import Resolvers
from api.use_cases.rank_reviews import rank_reviews
from api.use_cases.who_else_used import who_else_used
from api.wiring import opened
from graph.neighbours import Connection, SharedByMany
from graph.store import GraphReader
from models.access import Principal
from models.connection import AttributeKind
from models.quality import WarningKind

MostUsers = Annotated[
    int,
    typer.Option(
        "--most-users", min=1, max=1000, help="What more records give is one group, not followed."
    ),
]
End = Annotated[str, typer.Argument(help="An identity id or a record id.")]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("network")(network)
    app.command("path")(path)
    app.command("common")(common)
    app.command("who-else-used")(who_else)
    app.command("review")(review)


def network(
    given: End,
    *,
    depth: Annotated[int, typer.Option("--depth", min=1, max=4, help="Steps.")] = 2,
    most_users: MostUsers = 20,
    most: Annotated[
        int, typer.Option("--most", min=1, max=2000, help="Parties of the whole network.")
    ] = 200,
    after: Annotated[int, typer.Option("--after", min=0, help="Where the page begins.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="Parties shown.")] = 50,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write all of it: .graphml, .cypher or .csv (two files)."),
    ] = None,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who is around a person: what they share, who is related, who may be the same.

    Examples:
    - `identigraph network id-mzxw6ytboi --depth 2`

    - `identigraph network id-mzxw6ytboi --export around.graphml` for Gephi, yEd or Cytoscape

    - `identigraph network casework:00012 --json` starts at the identity of a record
    """
    form = format_of(export)
    with _asking(workspace, purpose) as (asked, resolvers):
        answer = explore_network(
            given,
            **asked,
            resolvers=resolvers,
            depth=depth,
            most_users=most_users,
            most_parties=most,
            after=0 if form else after,
            limit=most if form else limit,
        )
    if export and form:
        write_network(answer, export, form)
        return
    if printed_as_json(answer, NetworkAnswerBody, as_json=as_json):
        return
    table(
        ("steps", "who", "name", "records"),
        [(one.depth, *_named(one.shown)) for one in answer.parties],
    )
    _print_connections(answer.connections)
    _print_groups(answer.shared_by_many)
    say(f"\n{answer.n_parties:,} in all; left out: {answer.n_parties_left_out:,} a step away, "
        f"{answer.n_records_left_out:,} records that were not followed.")  # fmt: skip
    if answer.next_after is not None:
        say(f"Next page: --after {answer.next_after}")


def path(
    start: End,
    end: End,
    *,
    most_users: MostUsers = 20,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how two people are connected, by a shortest path of evidence.

    Examples:
    - `identigraph path casework:00012 id-mzxw6ytboi`
    """
    with _asking(workspace, purpose) as (asked, resolvers):
        answer = find_path(start, end, **asked, resolvers=resolvers, most_users=most_users)
    if printed_as_json(answer, PathAnswerBody, as_json=as_json):
        return
    found = answer.path.connections
    if found is None:
        say("No path." if answer.path.is_whole else "No path was found before the search was cut.")
    elif not found:
        say("Both are one identity.")
    else:
        table(("who", "name", "records"), [_named(one) for one in answer.parties])
        _print_connections(found)
    _print_groups(answer.path.shared_by_many)


def common(
    left: End,
    right: End,
    *,
    most_users: MostUsers = 20,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what two people have in common: whom both are connected to, and by what.

    Examples:
    - `identigraph common id-mzxw6ytboi id-pujhdjfd2v`
    """
    with _asking(workspace, purpose) as (asked, resolvers):
        answer = find_common_neighbours(
            left, right, **asked, resolvers=resolvers, most_users=most_users
        )
    if printed_as_json(answer, CommonNeighboursAnswerBody, as_json=as_json):
        return
    _print_connections(answer.direct)
    for one in answer.common:
        heading(" ".join(str(part) for part in _named(one.shown)[:2] if part))
        _print_connections(one.connections)
    _print_groups(answer.shared_by_many)
    say(f"\n{answer.n_common:,} in common; {len(answer.common):,} shown.")


def who_else(
    kind: Annotated[AttributeKind, typer.Argument(help="document, phone, email or address.")],
    value: Annotated[str, typer.Argument(help="As it is written; stays in the shell's history.")],
    *,
    after: Annotated[str, typer.Option("--after", help="Record id where the page begins.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Most records.")] = 100,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who else used a document, a phone, an e-mail or an address.

    Examples:
    - `identigraph who-else-used phone "+44 1632 960001"`

    - `identigraph who-else-used address "7 N11AA"` takes house number and postcode
    """
    with _asking(workspace, purpose) as (asked, _):
        answer = who_else_used(kind, value, **asked, after=after, limit=limit)
    if printed_as_json(answer, UsersAnswerBody, as_json=as_json):
        return
    table(
        ("who", "name", "records", "here"),
        [(*_named(one.shown), ", ".join(one.record_ids)) for one in answer.users],
    )
    say(f"\n{answer.n_records:,} records in all.")
    if answer.next_after is not None:
        say(f"Next page: --after {answer.next_after}")


def review(
    *,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Where the page begins.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Most identities.")] = 20,
    kind: Annotated[
        WarningKind | None, typer.Option("--kind", help="Only those with a warning of this kind.")
    ] = None,
    purpose: PurposeOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which identities to review first: those where a false merge is likely and harmful.

    Examples:
    - `identigraph review --limit 10` and then `identigraph explain` on one of them

    - `identigraph review --kind possible_twins` keeps to one kind of warning
    """
    with _asking(workspace, purpose) as (asked, _):
        answer = rank_reviews(**asked, offset=offset, limit=limit, kind=kind)
    if printed_as_json(answer, ReviewAnswerBody, as_json=as_json):
        return
    print_reviews(answer.identities)
    if answer.next_offset is not None:
        say(f"\nNext page: --offset {answer.next_offset}")


class _Asked(TypedDict):
    """What every question about people is asked with."""

    principal: Principal
    graph: GraphReader
    auditor: Auditor


@contextmanager
def _asking(workspace: Path | None, purpose: str | None) -> Iterator[tuple[_Asked, Resolvers]]:
    """Open a workspace for one question."""
    with opened(load_settings(workspace)) as deployment:
        asked = _Asked(
            principal=operating_system_user(purpose),
            graph=deployment.store,
            auditor=deployment.auditor,
        )
        yield asked, deployment.resolvers


def _named(one: NamedParty) -> tuple[str, str | None, int]:
    return one.party.id, one.name, one.n_records


def _print_connections(connections: Iterable[Connection]) -> None:
    rows = [
        (one.left.id, one.kind, one.value or None, one.match_weight, one.right.id)
        for one in connections
    ]
    if rows:
        say()
        table(("from", "by", "value", "match weight", "to"), rows)


def _print_groups(groups: Iterable[SharedByMany]) -> None:
    rows = [
        (
            one.attribute.kind,
            one.attribute.value,
            one.n_records,
            ", ".join(p.id for p in one.parties),
        )
        for one in groups
    ]
    if rows:
        say("\nShared by many, and not followed:")
        table(("by", "value", "records", "of these"), rows)

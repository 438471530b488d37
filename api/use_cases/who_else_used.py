"""Answers who else used a document, a phone, an e-mail or an address."""

import re
from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.exploring import NamedParty, named
from api.use_cases.ports import Basis, basis_of, published_run
from graph.neighbours import Party, PartyKind
from graph.store import GraphReader, GraphView
from models.access import Principal
from models.connection import Attribute, AttributeKind


@dataclass(frozen=True, slots=True)
class AttributeUser:
    """A party that used it, and which of its records on this page say so."""

    shown: NamedParty
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsersAnswer:
    """Who used an attribute.

    Attributes:
        attribute: as it was looked for, folded.
        n_records: all records that give it; `users` groups one page of them by party.
        next_after: the record id to ask for the next page with; None on the last page.
    """

    attribute: Attribute
    n_records: int
    users: tuple[AttributeUser, ...]
    next_after: str | None
    basis: Basis


def who_else_used(
    kind: AttributeKind,
    value: str,
    *,
    principal: Principal,
    graph: GraphReader,
    auditor: Auditor,
    after: str = "",
    limit: int = 100,
) -> UsersAnswer:
    """Return who used something, a page of records at a time.

    Raises:
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    attribute = Attribute(kind, folded(kind, value))
    query = {"kind": attribute.kind.value, "value": attribute.value}
    with auditor.before_answer("who_else_used", principal, query=query) as seen:
        with graph.view() as view:
            run = published_run(view)
            found = view.users_of([attribute], limit=limit + 1, after=after).get(attribute)
            left = found.record_ids if found else ()
            users = _by_party(view, left[:limit])
        seen.add(run.run_id)
        seen.add_all(user.shown.party.id for user in users)
        seen.add_all(left[:limit])
        return UsersAnswer(
            attribute=attribute,
            n_records=found.n_records if found else 0,
            users=users,
            next_after=left[limit - 1] if len(left) > limit else None,
            basis=basis_of(run),
        )


def folded(kind: AttributeKind, value: str) -> str:
    """Return a value as people type it in the form that records are compared in."""
    if kind is AttributeKind.EMAIL:
        return value.strip().lower()
    if kind is AttributeKind.PHONE:
        return re.sub(r"[^0-9+]", "", value)
    if kind is AttributeKind.DOCUMENT:
        return re.sub(r"[^A-Z0-9]", "", value.upper())
    return " ".join(value.upper().split())


def _by_party(view: GraphView, record_ids: tuple[str, ...]) -> tuple[AttributeUser, ...]:
    identities = view.identities_of(record_ids)
    of_party: dict[Party, list[str]] = {}
    for one in record_ids:
        is_known = one in identities
        party = (
            Party(PartyKind.IDENTITY, identities[one]) if is_known else Party(PartyKind.RECORD, one)
        )
        of_party.setdefault(party, []).append(one)
    return tuple(
        AttributeUser(shown, tuple(of_party[shown.party])) for shown in named(view, of_party)
    )

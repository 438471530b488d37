"""What the explorations share: how an end is named, what a party is called, the limits."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.use_cases.ports import Resolvers, published_run
from graph.neighbours import Limits, Party, PartyKind, party_of_record
from graph.store import GraphView
from models.errors import IdentityNotFoundError
from models.identity import IdentityStatus


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party as it is shown.

    Attributes:
        name: the golden name of an identity; None for what has none.
        n_records: of an identity; 1 of a record.
    """

    party: Party
    name: str | None
    n_records: int


def end_of(view: GraphView, given: str) -> Party:
    """Return the party that a record id or an identity id names; a record's identity, if any.

    Raises:
        IdentityNotFoundError: if neither a current record nor a current identity has this id.
    """
    if view.records([given]):
        return party_of_record(view, given)
    state = view.identity(given)
    if state.status is not IdentityStatus.CURRENT:
        raise IdentityNotFoundError(given)
    return Party(PartyKind.IDENTITY, given)


def named(view: GraphView, parties: Iterable[Party]) -> tuple[NamedParty, ...]:
    """Return parties with their names and sizes, in order."""
    found: list[NamedParty] = []
    for party in parties:
        if party.kind is PartyKind.RECORD:
            found.append(NamedParty(party, None, 1))
            continue
        state = view.identity(party.id)
        names = [value.value for value in state.golden if value.field == "name"]
        found.append(NamedParty(party, names[0] if names else None, len(state.record_ids)))
    return tuple(found)


def limits_of(
    view: GraphView, resolvers: Resolvers, *, most_users: int, most_parties: int
) -> Limits:
    """Return the limits of an exploration; a possible link is one that people are shown.

    Raises:
        RunNotFoundError: if nothing has been published yet.
    """
    thresholds = resolvers(published_run(view).model_version).thresholds
    return Limits(
        most_users=most_users, most_parties=most_parties, link_weight=thresholds.review_weight
    )

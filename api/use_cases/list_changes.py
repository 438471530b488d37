"""Answers what changed since a caller last asked: the feed of identity events."""

from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from graph.store import GraphReader
from models.access import Principal
from models.identity import IdentityEvent


@dataclass(frozen=True, slots=True)
class ChangesAnswer:
    """Events in the order they took effect.

    Attributes:
        next_after: ask for what comes after this next time. Who keeps it only once the events are
            dealt with misses none, and may see some twice.
        has_more: more are there already.
    """

    events: tuple[IdentityEvent, ...]
    next_after: int
    has_more: bool


def list_changes(
    after: int, *, principal: Principal, graph: GraphReader, auditor: Auditor, limit: int = 100
) -> ChangesAnswer:
    """Return the events that follow a place in the feed; 0 is before the first.

    Raises:
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("list_changes", principal) as seen:
        found = graph.events_after(after, limit=limit + 1)
        page = tuple(found[:limit])
        seen.add_all(event.identity_id for event in page)
        return ChangesAnswer(page, page[-1].sequence if page else after, len(found) > limit)

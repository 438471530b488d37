"""Tells what became of identities that hold no records any more."""

from collections.abc import Iterable
from typing import Protocol

from graph.neo4j.connections import Row, is_storable
from models.errors import IdentityNotFoundError
from models.identity import IdentityEventKind, IdentityState, IdentityStatus


class _Rows(Protocol):
    def __call__(self, name: str, *, identity_ids: list[str]) -> list[Row]: ...


class IdentityLives:
    """Reads the lives of identities in one view."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    def former(self, identity_id: str) -> IdentityState:
        """Say what became of an identity that holds no records any more.

        Raises:
            IdentityNotFoundError: if the id was never published.
        """
        [(_, kind, related_ids, _)] = self._newest([identity_id])
        if kind is None:
            raise IdentityNotFoundError(identity_id)
        is_retired = kind == IdentityEventKind.RETIRED
        return IdentityState(
            identity_id=identity_id,
            status=IdentityStatus.RETIRED if is_retired else IdentityStatus.SUPERSEDED,
            superseded_by=() if is_retired else self._successors(identity_id, related_ids),
            record_ids=(),
            golden=(),
        )

    def _successors(self, identity_id: str, related_ids: Iterable[str]) -> tuple[str, ...]:
        """Follow what an identity became, and what that became, to identities now current."""
        current: set[str] = set()
        seen = {identity_id}
        pending = set(related_ids) - seen
        while pending:
            seen |= pending
            following: set[str] = set()
            for related_id, _, became, is_current in self._newest(sorted(pending)):
                if is_current:
                    current.add(related_id)
                else:
                    following.update(became or ())
            pending = following - seen
        return tuple(sorted(current))

    def _newest(self, identity_ids: list[str]) -> list[Row]:
        """Return of each identity: its id, kind and related ids of its newest event, is current."""
        asked = [one for one in identity_ids if is_storable(one)]
        return self._rows("last_events", identity_ids=asked)

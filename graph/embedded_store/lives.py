"""Tells what became of identities that hold no records any more."""

import json
import sqlite3

from models.identity import IdentityEventKind, IdentityState, IdentityStatus


class IdentityLives:
    """Reads the lives of identities in one read transaction, as of one run."""

    def __init__(self, connection: sqlite3.Connection, run_no: int) -> None:
        self._connection = connection
        self._run_no = run_no

    def number(self, identity_id: str) -> int | None:
        """Return the number of an identity that was ever published; None otherwise."""
        if not is_storable(identity_id):
            return None
        # An id of a run still being built has a number, but no event and no served record.
        row = self._connection.execute(
            "SELECT identity_no FROM identity AS known WHERE identity_id = ?"
            " AND (EXISTS (SELECT 1 FROM identity_event AS event"
            "   WHERE event.identity_no = known.identity_no)"
            "  OR EXISTS (SELECT 1 FROM membership"
            "   WHERE run_no = ? AND membership.identity_no = known.identity_no))",
            (identity_id, self._run_no),
        ).fetchone()
        return int(row[0]) if row else None

    def former(self, identity_id: str, identity_no: int) -> IdentityState:
        """Say what became of an identity that holds no records any more."""
        kind, _ = self._last_event(identity_no)
        is_retired = kind == IdentityEventKind.RETIRED
        return IdentityState(
            identity_id=identity_id,
            status=IdentityStatus.RETIRED if is_retired else IdentityStatus.SUPERSEDED,
            superseded_by=() if is_retired else self._successors(identity_no),
            record_ids=(),
            golden=(),
        )

    def _successors(self, identity_no: int) -> tuple[str, ...]:
        """Follow what an identity became, and what that became, to identities now current."""
        current: set[str] = set()
        seen = {identity_no}
        pending = [identity_no]
        while pending:
            _, related_ids = self._last_event(pending.pop())
            for related_id in related_ids:
                related_no = self.number(related_id)
                if related_no is None or related_no in seen:
                    continue
                seen.add(related_no)
                if self._is_current(related_no):
                    current.add(related_id)
                else:
                    pending.append(related_no)
        return tuple(sorted(current))

    def _last_event(self, identity_no: int) -> tuple[str, list[str]]:
        """Return kind and related ids of the newest event of an identity."""
        row = self._connection.execute(
            "SELECT kind, related_ids FROM identity_event"
            " WHERE identity_no = ? ORDER BY sequence DESC LIMIT 1",
            (identity_no,),
        ).fetchone()
        return (row[0], json.loads(row[1])) if row else ("", [])

    def _is_current(self, identity_no: int) -> bool:
        return (
            self._connection.execute(
                "SELECT 1 FROM membership WHERE run_no = ? AND identity_no = ? LIMIT 1",
                (self._run_no, identity_no),
            ).fetchone()
            is not None
        )


def is_storable(text: str) -> bool:
    """Tell whether SQLite can hold this text: a lone surrogate has no UTF-8, so no id has one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

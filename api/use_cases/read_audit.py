"""Answers who saw or changed what: the newest audit events, and whether the chain holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from api.use_cases.auditing import Auditor
from models.access import AuditEvent, Principal


class KeptEvent(Protocol):
    """One event as kept."""

    @property
    def sequence(self) -> int:
        """Its place, from 1."""
        ...

    @property
    def event(self) -> AuditEvent:
        """The event."""
        ...


class Verification(Protocol):
    """Whether the chain of events holds."""

    @property
    def n_events(self) -> int:
        """Events read."""
        ...

    @property
    def last_hash(self) -> str:
        """Hash of the newest event."""
        ...

    @property
    def broken_at(self) -> int | None:
        """The first event that does not follow from the one before; None when all do."""
        ...


class KeptAudit(Protocol):
    """The audit, to be read."""

    def events(self, *, after: int, limit: int) -> Sequence[KeptEvent]:
        """Return events with a higher sequence, in order."""
        ...

    def verify(self) -> Verification:
        """Recompute the chain from its beginning."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Events in order; ask for more with the last sequence."""

    events: tuple[KeptEvent, ...]


def list_audit(
    *, principal: Principal, kept: KeptAudit, auditor: Auditor, after: int = 0, limit: int = 100
) -> AuditPage:
    """Return audit events with a higher sequence, oldest first; reading them is audited too.

    Raises:
        BackendUnavailableError: if the audit cannot be read or written.
    """
    with auditor.before_answer("list_audit", principal):
        return AuditPage(tuple(kept.events(after=after, limit=limit)))


def verify_audit(*, principal: Principal, kept: KeptAudit, auditor: Auditor) -> Verification:
    """Tell whether every event follows from the one before.

    Raises:
        BackendUnavailableError: if the audit cannot be read or written.
    """
    with auditor.before_answer("verify_audit", principal):
        return kept.verify()

"""Who asks, in which roles and for what purpose."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or service a use case acts for.

    Attributes:
        subject: who; a user name or a service's id.
        roles: what they may do.
        purpose: why they look, kept in the audit.
    """

    subject: str
    roles: frozenset[str]
    purpose: str


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who saw or changed what, when, for what purpose.

    Attributes:
        action: the use case, such as `who_is`.
        targets: ids of records, identities or runs; never names or other attributes.
        query_hash: SHA-256 of the canonical query when one was asked, so that the same question
            can be recognised without keeping what was asked.
        outcome: answered | not_found | refused | failed, as known before the answer leaves; begun
            before a change is made.
    """

    at: datetime
    subject: str
    roles: tuple[str, ...]
    purpose: str
    action: str
    targets: tuple[str, ...]
    query_hash: str | None
    outcome: str

"""The one place that chooses adapters: what satisfies which port in this deployment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from api.auth.sign_in import DevelopmentSignIn
from api.settings import Environment, Settings
from api.use_cases.auditing import AuditLog, Auditor, Clock
from api.use_cases.check_ready import WritableCheck
from api.use_cases.ports import Resolvers
from graph.store import GraphReader
from models.access import Principal
from models.errors import InvalidInputError


class SignIn(Protocol):
    """Tells whom a request acts for."""

    def principal(self, purpose: str | None) -> Principal:
        """Return the caller.

        Raises:
            NotAllowedError: if the caller is unknown.
        """
        ...


class Audit(AuditLog, WritableCheck, Protocol):
    """The audit as a deployment needs it."""


@dataclass(frozen=True, slots=True)
class Container:
    """Everything the routes work with."""

    graph: GraphReader
    resolvers: Resolvers
    audit: Audit
    clock: Clock
    sign_in: SignIn

    @property
    def auditor(self) -> Auditor:
        """Return what audits every answer."""
        return Auditor(self.audit, self.clock)


def utc_now() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


def sign_in_of(settings: Settings) -> SignIn:
    """Choose how callers are known.

    Raises:
        InvalidInputError: in production, until sign-in can be configured.
    """
    if settings.environment is Environment.DEVELOPMENT:
        return DevelopmentSignIn(settings.subject)
    raise InvalidInputError(
        "production needs sign-in and none is configured: nobody could be told apart in the "
        "audit. On a machine of your own, set `environment: development`."
    )

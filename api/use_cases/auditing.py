"""Writes the audit before an answer leaves: a use case answers inside `Auditor.before_answer`."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from models.access import AuditEvent, Principal
from models.errors import NotAllowedError, NotFoundError

Clock = Callable[[], datetime]
"""Tells the time in UTC; fixed in tests."""


class AuditLog(Protocol):
    """Keeps audit events for ever."""

    def record(self, event: AuditEvent) -> None:
        """Keep the event, durably, before returning.

        Raises:
            BackendUnavailableError: if it cannot be written.
        """
        ...

    def record_all(self, events: Sequence[AuditEvent]) -> None:
        """Keep several events in their order, all or none, durably, before returning.

        Raises:
            BackendUnavailableError: if they cannot be written.
        """
        ...


@dataclass(slots=True)
class Seen:
    """The ids an answer tells about, gathered while the answer is made.

    Attributes:
        failed: there is no answer, though others of the same batch have one.
    """

    ids: list[str] = field(default_factory=list)
    failed: bool = False

    def add(self, *ids: str) -> None:
        """Note ids of records, identities or runs, each once."""
        self.ids.extend(dict.fromkeys(one for one in ids if one not in self.ids))

    def add_all(self, ids: Iterable[str]) -> None:
        """Note many ids, each once."""
        self.ids = list(dict.fromkeys([*self.ids, *ids]))


@dataclass(frozen=True, slots=True)
class Auditor:
    """Records who did what; an answer made inside it leaves only once that is written."""

    log: AuditLog
    clock: Clock

    @contextmanager
    def before_answer(
        self, action: str, principal: Principal, *, query: Mapping[str, Any] | None = None
    ) -> Iterator[Seen]:
        """Audit what happens inside, failures too, before it returns or raises.

        Args:
            action: the use case.
            principal: whom it acts for.
            query: what was asked; only its hash is kept.

        Raises:
            BackendUnavailableError: if the audit cannot be written; then no answer leaves.
        """
        query_sha256 = None if query is None else query_hash(query)
        seen = Seen()
        outcome = "failed"
        try:
            yield seen
            outcome = "answered"
        except NotFoundError:
            outcome = "not_found"
            raise
        except NotAllowedError:
            outcome = "refused"
            raise
        finally:
            self._record(action, principal, seen, query_sha256, outcome)

    @contextmanager
    def before_answers(
        self, action: str, principal: Principal, *, queries: Sequence[Mapping[str, Any]]
    ) -> Iterator[list[Seen]]:
        """Audit many answers that are made inside, each by itself, before any of them leaves.

        Args:
            action: the use case.
            principal: whom it acts for.
            queries: what was asked; only their hashes are kept.

        Raises:
            BackendUnavailableError: if the audit cannot be written; then no answer leaves.
        """
        asked = [(Seen(), query_hash(query)) for query in queries]
        outcome = "failed"
        try:
            yield [seen for seen, _ in asked]
            outcome = "answered"
        except NotFoundError:
            outcome = "not_found"
            raise
        finally:
            self.log.record_all(
                [
                    self._event(
                        action, principal, seen, hash_, "failed" if seen.failed else outcome
                    )
                    for seen, hash_ in asked
                ]
            )

    @contextmanager
    def before_change(self, action: str, principal: Principal) -> Iterator[Seen]:
        """Audit that a change begins, before it does, and then how it ended.

        Raises:
            BackendUnavailableError: if the audit cannot be written; then nothing is changed.
        """
        self._record(action, principal, Seen(), None, "begun")
        with self.before_answer(action, principal) as seen:
            yield seen

    def _record(
        self,
        action: str,
        principal: Principal,
        seen: Seen,
        query_sha256: str | None,
        outcome: str,
    ) -> None:
        self.log.record(self._event(action, principal, seen, query_sha256, outcome))

    def _event(
        self,
        action: str,
        principal: Principal,
        seen: Seen,
        query_sha256: str | None,
        outcome: str,
    ) -> AuditEvent:
        return AuditEvent(
            at=self.clock(),
            subject=principal.subject,
            roles=tuple(sorted(principal.roles)),
            purpose=principal.purpose,
            action=action,
            targets=tuple(seen.ids),
            query_hash=query_sha256,
            outcome=outcome,
        )


def query_hash(query: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a query's canonical JSON, hex: the same question, the same hash."""
    canonical = json.dumps(query, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

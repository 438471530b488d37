"""Every error this service raises on purpose, by what the caller can do about it.

IdentigraphError
├── InvalidInputError          the caller can fix it               HTTP 422, exit code 2
│   ├── MappingError           a mapping file is wrong: line, field and the mend
│   └── MatchModelError        a match model package is unfit to be used
├── NotFoundError              nothing has that id                 HTTP 404, exit code 3
│   ├── IdentityNotFoundError
│   ├── RecordNotFoundError
│   ├── RunNotFoundError
│   └── DecisionNotFoundError
├── NotAllowedError            the principal may not do this       HTTP 403, exit code 4
├── DecisionConflictError      two decisions contradict            HTTP 409, exit code 5
├── RequestConflictError       a key was used for another request  HTTP 409, exit code 5
└── BackendUnavailableError    a store, audit or engine is down    HTTP 503, exit code 6
"""

from dataclasses import dataclass


class IdentigraphError(Exception):
    """The base of every error raised on purpose; its message may be shown to a user."""


class InvalidInputError(IdentigraphError):
    """The caller can fix what was given; the message says how."""


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """One thing wrong in a mapping file.

    Attributes:
        line: 1-based line in the mapping file; 0 when it cannot be tied to one.
        field: dotted path in the mapping file, such as `record.names[0].given`.
        message: what is wrong and what to write instead.
    """

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Say it on one line, as a compiler would."""
        return f"line {self.line}, {self.field}: {self.message}"


class MappingError(InvalidInputError):
    """A mapping file cannot be used; every problem found is listed at once."""

    def __init__(self, path: str, problems: list[MappingProblem]) -> None:
        """Keep the problems as data, so callers need not parse the message."""
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{path} is not a usable mapping:\n{listed}")
        self.path = path
        self.problems = problems


class MatchModelError(InvalidInputError):
    """A match model package is missing, damaged, or fails its lint."""


class NotFoundError(IdentigraphError):
    """Nothing has the given id."""


class IdentityNotFoundError(NotFoundError):
    """No identity, current or superseded, has the given id."""

    def __init__(self, identity_id: str) -> None:
        """Keep the id as data."""
        super().__init__(f"no identity {identity_id!r}")
        self.identity_id = identity_id


class RecordNotFoundError(NotFoundError):
    """No current record has the given id."""

    def __init__(self, record_id: str) -> None:
        """Keep the id as data."""
        super().__init__(f"no record {record_id!r}")
        self.record_id = record_id


class RunNotFoundError(NotFoundError):
    """No run has the given id, or nothing has been published yet."""


class DecisionNotFoundError(NotFoundError):
    """No decision has the given id."""

    def __init__(self, decision_id: str) -> None:
        """Keep the id as data."""
        super().__init__(f"no decision {decision_id!r}")
        self.decision_id = decision_id


class NotAllowedError(IdentigraphError):
    """The principal may not do this."""


class DecisionConflictError(IdentigraphError):
    """Decisions contradict each other."""

    def __init__(self, message: str, decision_ids: tuple[str, ...] = ()) -> None:
        """Keep the ids of the decisions that stand against it as data."""
        super().__init__(message)
        self.decision_ids = decision_ids


class RequestConflictError(IdentigraphError):
    """An idempotency key came before with another request."""


class BackendUnavailableError(IdentigraphError):
    """A store, the audit or an engine cannot be reached; try again later."""

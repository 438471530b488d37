"""Says by which number each kind of error ends a command, so that scripts can tell."""

from models.errors import (
    BackendUnavailableError,
    DecisionConflictError,
    IdentigraphError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RequestConflictError,
)

EXIT_CODE_OF: dict[type[IdentigraphError], int] = {
    InvalidInputError: 2,
    NotFoundError: 3,
    NotAllowedError: 4,
    DecisionConflictError: 5,
    RequestConflictError: 5,
    BackendUnavailableError: 6,
}

EXIT_CODES_IN_WORDS = (
    "Exit codes: 0 done; 1 unexpected error, or a check that failed; 2 something given is wrong "
    "and you can mend it; 3 nothing has that id, or nothing is published yet; 4 not allowed; "
    "5 it contradicts what was decided or asked before; 6 the store or the audit cannot be "
    "reached, try again."
)


def exit_code_of(error: IdentigraphError) -> int:
    """Return the exit code for an error."""
    return next((code for kind, code in EXIT_CODE_OF.items() if isinstance(error, kind)), 1)

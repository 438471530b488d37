"""Turns every error into problem+json (RFC 9457) by one table, never repeating what was sent."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.errors import (
    BackendUnavailableError,
    DecisionConflictError,
    IdentigraphError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RequestConflictError,
    RunNotFoundError,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem.

    Attributes:
        detail: what to do about it; None to tell the error's own message, which every place
            that raises such an error keeps free of what was sent.
    """

    status: HTTPStatus
    kind: str
    title: str
    detail: str | None


# The first class that an error is an instance of tells; narrower classes come first.
STATUS_OF: dict[type[IdentigraphError], Problem] = {
    InvalidInputError: Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", "The request cannot be used", None
    ),
    RunNotFoundError: Problem(
        HTTPStatus.NOT_FOUND,
        "run-not-found",
        "No such run",
        "No run has this id, or nothing has been published yet: `identigraph run` makes a run.",
    ),
    NotFoundError: Problem(
        HTTPStatus.NOT_FOUND, "not-found", "Nothing has this id", "Nothing here has this id."
    ),
    NotAllowedError: Problem(
        HTTPStatus.FORBIDDEN, "not-allowed", "Not allowed", "You may not do this."
    ),
    DecisionConflictError: Problem(
        HTTPStatus.CONFLICT, "decision-conflict", "Decisions contradict each other", None
    ),
    RequestConflictError: Problem(
        HTTPStatus.CONFLICT, "request-conflict", "The key came with another request", None
    ),
    BackendUnavailableError: Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Not available now",
        "The store or the audit cannot be reached; try again later.",
    ),
}


# Where the framework's own words would not help.
_OF_ROUTING = {
    HTTPStatus.BAD_REQUEST: "The body is not JSON in UTF-8.",
    HTTPStatus.NOT_FOUND: "There is no such path; /docs shows those there are.",
}


def problem_response(
    status: HTTPStatus,
    kind: str,
    title: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """Return one problem as a response that nobody keeps."""
    body: dict[str, object] = {
        "type": f"urn:identigraph:problem:{kind}",
        "title": title,
        "status": int(status),
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = errors
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of this service, of validation and of routing as problem+json."""
    app.add_exception_handler(IdentigraphError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_routing)


def _on_purpose(request: Request, error: Exception) -> JSONResponse:
    del request
    for kind, problem in STATUS_OF.items():
        if isinstance(error, kind):
            if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
                log.error("not available", extra={"error": type(error).__name__})
            detail = problem.detail or str(error)
            return problem_response(problem.status, problem.kind, problem.title, detail)
    raise error


def _invalid(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as registered
    problems = [_place_and_message(problem) for problem in error.errors()]
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-input",
        "The request cannot be used",
        "The fields listed under errors need another value.",
        problems,
    )


def _place_and_message(problem: dict[str, object]) -> dict[str, str]:
    place = problem["loc"]
    parts = [str(part) for part in place] if isinstance(place, tuple) else []
    if problem["type"] == "extra_forbidden":
        # The last part is what the caller called the field, which may be anything.
        return {"field": ".".join(parts[:-1]), "message": "holds a field that does not exist"}
    return {"field": ".".join(parts), "message": str(problem["msg"])}


def _of_routing(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101  # as registered
    status = HTTPStatus(error.status_code)
    detail = _OF_ROUTING.get(status, status.description)
    response = problem_response(status, f"http-{int(status)}", status.phrase, detail)
    response.headers.update(error.headers or {})
    return response

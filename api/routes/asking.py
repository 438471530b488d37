"""What every route needs: the container, whom it acts for, and how an answer leaves."""

import hashlib
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from api.routes.answer import Answer
from api.wiring import Container
from models.access import Principal


def container_of(request: Request) -> Container:
    """Return the container this application was made with."""
    container = request.app.state.container
    assert isinstance(container, Container)  # noqa: S101  # as `create_app` put it there
    return container


Wired = Annotated[Container, Depends(container_of)]


def principal_of(
    wired: Wired,
    purpose: Annotated[
        str,
        Header(
            alias="X-Purpose",
            description="Why you look: kept in the audit",
            examples=["case 2024/117"],
        ),
    ] = "",
) -> Principal:
    """Tell whom a request acts for."""
    return wired.sign_in.principal(purpose)


Asking = Annotated[Principal, Depends(principal_of)]


def answer_about_people(request: Request, answer: Answer) -> Response:
    """Send an answer that no cache may keep, or 304 when the caller has it already."""
    body = answer.model_dump_json().encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-store", "Vary": "X-Purpose"}
    known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    if request.method == "GET" and etag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)

"""The change feed: what became of identities, by page or as it happens."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.routes.answer import Answer
from api.routes.answers import EventAnswer
from api.routes.asking import Asking, Wired, answer_about_people
from api.use_cases.list_changes import list_changes
from api.wiring import Container
from models.access import Principal

router = APIRouter(tags=["changes"])

_AT_ONCE = 100
_SECONDS_BETWEEN_LOOKS = 0.5
# What stands between may close a connection that says nothing.
_SECONDS_OF_SILENCE = 15.0


class ChangeAnswer(EventAnswer):
    """One change in the life of an identity, and whose life it is."""

    identity_id: str = Field(description="Whose", examples=["id-mzxw6ytboi4tsmjr"])


class ChangesBody(Answer):
    """Events in the order they took effect."""

    events: list[ChangeAnswer]
    next_after: int = Field(description="`after` of the next question; keep it once these are done")
    has_more: bool = Field(description="More are there already")


@router.get("/v1/changes", response_model=ChangesBody, summary="What changed since")
def get_changes(
    request: Request,
    wired: Wired,
    principal: Asking,
    after: Annotated[int, Query(description="`next_after` of the last answer", ge=0)] = 0,
    limit: Annotated[int, Query(description="Most events", ge=1, le=1_000)] = _AT_ONCE,
) -> Response:
    """Return identity events in order, each with its cause; the feed is kept for ever.

    Keep `next_after` once the events are dealt with: then none is missed, and some may come twice.
    """
    found = list_changes(
        after, principal=principal, graph=wired.graph, auditor=wired.auditor, limit=limit
    )
    return answer_about_people(request, ChangesBody.model_validate(found))


@router.get(
    "/v1/changes/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events"}},
    summary="What changes, as it happens",
)
def stream_changes(
    wired: Wired,
    principal: Asking,
    *,
    after: Annotated[int, Query(description="Begin after this place in the feed", ge=0)] = 0,
    seconds: Annotated[
        int,
        Query(description="The stream ends then; browsers ask again", ge=0, le=3600),
    ] = 300,
    last_event_id: Annotated[
        int | None, Header(description="Sent by a browser that asks again; it wins", ge=0)
    ] = None,
) -> StreamingResponse:
    """Send identity events as they take effect: `id` is the place, `data` as in /v1/changes."""
    begin = after if last_event_id is None else last_event_id
    return StreamingResponse(
        _events(wired, principal, begin, seconds),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    wired: Container, principal: Principal, after: int, seconds: int
) -> AsyncIterator[str]:
    end = time.monotonic() + seconds
    spoke = time.monotonic()
    while True:
        # only what leaves is an answer: a look that finds nothing is not audited
        if await run_in_threadpool(wired.graph.events_after, after, limit=1):
            found = await run_in_threadpool(
                list_changes,
                after,
                principal=principal,
                graph=wired.graph,
                auditor=wired.auditor,
                limit=_AT_ONCE,
            )
            for event in found.events:
                data = ChangeAnswer.model_validate(event).model_dump_json()
                yield f"id: {event.sequence}\nevent: {event.kind.value}\ndata: {data}\n\n"
            after, spoke = found.next_after, time.monotonic()
            continue
        if time.monotonic() >= end:
            return
        if time.monotonic() - spoke >= _SECONDS_OF_SILENCE:
            spoke = time.monotonic()
            yield ": nothing new\n\n"
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

"""What surrounds every request: safe headers, known hosts only, bounded bodies, no stray errors."""

import logging
import time
import traceback
from collections.abc import Collection
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.problems import problem_response

log = logging.getLogger(__name__)

LARGEST_BODY_BYTES = 256 * 1024

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# Swagger UI sets style attributes and draws its icons from data addresses.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_PAGE_PATHS = ("/docs", "/swagger/")


class Protection:
    """Wraps the application; answers what must not reach it, and what it failed to answer."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """Wrap an application that may be asked under these host names; "*" is any."""
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, within bounds."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _set_headers(MutableHeaders(scope=message), str(scope["path"]))
            await send(message)

        try:
            await self._answer(scope, receive, send_safely)
        except Exception as error:  # noqa: BLE001  # the last place; its message may be personal
            log.error("failed", extra={"error": type(error).__name__, "where": _place_of(error)})
            if status == 0:
                response = problem_response(
                    HTTPStatus.INTERNAL_SERVER_ERROR,
                    "internal",
                    "Something went wrong here",
                    "This is a fault of the service; its operators find it in the log.",
                )
                await response(scope, receive, send_safely)
        facts = {"method": scope["method"], "route": _route_of(scope), "status": status}
        log.info("answered", extra=facts | {"seconds": round(time.monotonic() - started, 4)})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        # A page elsewhere may point a name of its own at this machine and read what it answers.
        if "*" not in self._hosts and _host_name(headers.get("host", "")) not in self._hosts:
            refused = problem_response(
                HTTPStatus.MISDIRECTED_REQUEST,
                "unknown-host",
                "Not the name of this service",
                "Use its own name, or add this one to the setting `allowed_hosts`.",
            )
            await refused(scope, receive, send)
            return
        body = await _bounded_body(Request(scope, receive), headers)
        if body is None:
            too_large = problem_response(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "too-large",
                "The request is too large",
                f"A request body holds {LARGEST_BODY_BYTES} bytes at most.",
            )
            await too_large(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _bounded_body(request: Request, headers: Headers) -> bytes | None:
    declared = headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > LARGEST_BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            return None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def receive_once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_once


def _set_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith(_PAGE_PATHS):
        headers["Content-Security-Policy"] = _PAGE_POLICY


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _route_of(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "none"))


def _place_of(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"

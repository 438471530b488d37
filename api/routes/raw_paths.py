"""Routes on the path as it was sent, so that an id may hold "/" and anything else, encoded."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Path
from pydantic import AfterValidator
from starlette.types import ASGIApp, Receive, Scope, Send


class RawPathRouting:
    """Leaves percent-encoding in place until after routing, for paths under `/v1/`.

    Servers decode the path first, which makes "a%2Fb" two segments. Parameters of routes under
    `/v1/` are therefore declared as `Encoded` and decoded there.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route on the raw path where there is one."""
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw and raw.startswith(b"/v1/"):
            scope = {**scope, "path": raw.partition(b"?")[0].decode("latin-1")}
        await self._app(scope, receive, send)


def decoded(text: str) -> str:
    """Return a path segment without its percent-encoding.

    Raises:
        ValueError: if it is not UTF-8 underneath.
    """
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError("percent-encode the id as UTF-8") from error


_Segment = AfterValidator(decoded)
_LONGEST = 6_000

IdentityId = Annotated[
    str, Path(description="An identity id", examples=["id-000001"], max_length=_LONGEST), _Segment
]
SourceName = Annotated[
    str, Path(description="A source", examples=["casework"], max_length=_LONGEST), _Segment
]
SourceRecordId = Annotated[
    str,
    Path(
        description="The id the source gave the record; percent-encode what is not a letter, "
        'digit, "-", ".", "_" or "~"',
        examples=["00000001"],
        max_length=_LONGEST,
    ),
    _Segment,
]
RunId = Annotated[
    str, Path(description="A run id", examples=["run-1"], max_length=_LONGEST), _Segment
]
DecisionId = Annotated[
    str,
    Path(description="A decision id", examples=["d-4q2tz5t6xk7mwy3a"], max_length=_LONGEST),
    _Segment,
]

"""Documents problems in the API's schema: their media type is problem+json and no other."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from api.routes.problems import MEDIA_TYPE


class ProblemAnswer(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Names the kind of problem")
    title: str = Field(description="The kind, in words")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What to do about it; never repeats what was sent")
    errors: list[dict[str, str]] | None = Field(None, description="Where the question is wrong")


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    403: {"model": ProblemAnswer, "description": "Sign-in is needed, or this is not allowed"},
    404: {"model": ProblemAnswer, "description": "Nothing has this id, or nothing is published"},
    422: {"model": ProblemAnswer, "description": "The request cannot be used"},
    503: {"model": ProblemAnswer, "description": "The store or the audit cannot be reached"},
}


def document_problems(app: FastAPI) -> None:
    """Give every problem in the schema its own media type, where FastAPI writes plain JSON."""
    as_generated = app.openapi

    def openapi() -> dict[str, Any]:
        schema = as_generated()
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[MEDIA_TYPE] = content.pop("application/json")
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents

"""Puts questions that have an answer into the API's schema, so that the page can be tried at once.

Only for the demo, whose people are made up: the schema is open to everybody who reaches it.
"""

from typing import Any

from fastapi import FastAPI

from api.use_cases.suggest_requests import SuggestedRequests
from models.record import split_record_id


def document_examples(app: FastAPI, suggested: SuggestedRequests) -> None:
    """Make the suggested questions the first examples of the interactive page."""
    as_documented = app.openapi
    left, right = suggested.record_ids
    source, source_record_id = split_record_id(left)
    examples = {
        "identity_id": suggested.identity_id,
        "source": source,
        "source_record_id": source_record_id,
        "run_id": suggested.run_id,
    }

    def openapi() -> dict[str, Any]:
        schema = as_documented()
        paths = schema["paths"]
        for operations in paths.values():
            for operation in operations.values():
                for parameter in operation.get("parameters", []):
                    if parameter["name"] in examples:
                        parameter["example"] = examples[parameter["name"]]
        _put_first(paths["/v1/who-is"], {"attributes": suggested.attributes})
        _put_first(paths["/v1/explain"], {"left_id": left, "right_id": right})
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents


def _put_first(path: dict[str, Any], body: dict[str, Any]) -> None:
    content = path["post"]["requestBody"]["content"]["application/json"]
    first = {"summary": "Someone in this demo", "value": body}
    content["examples"] = {"demo": first} | content.get("examples", {})

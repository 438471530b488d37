"""The web application: the JSON API under `/v1`, its interactive page, and health."""

from collections.abc import Sequence
from importlib.metadata import version

from fastapi import FastAPI

from api.routes import (
    changes,
    decisions,
    explain,
    health,
    identities,
    network,
    records,
    runs,
    who_is,
    writing,
)
from api.routes.interactive_page import add_interactive_page
from api.routes.problem_schema import PROBLEM_RESPONSES, document_problems
from api.routes.problems import add_problem_handlers
from api.routes.protection import Protection
from api.routes.raw_paths import RawPathRouting
from api.routes.schema_examples import document_examples
from api.use_cases.suggest_requests import SuggestedRequests
from api.wiring import Container

_DESCRIPTION = """Who is this person, and on what evidence?

Every answer says what it rests on: the run, the match model version and the instant it
describes. Match weights are log2 of the odds that two records are the same person: +1 doubles
the odds. Every question about a person is audited with the purpose given in `X-Purpose`.
Ids in addresses are percent-encoded.
"""


def create_app(
    container: Container | None,
    *,
    hosts: Sequence[str] = ("*",),
    suggested: SuggestedRequests | None = None,
) -> FastAPI:
    """Make the application.

    Args:
        container: what the routes work with; None is enough to read the schema.
        hosts: the names it may be asked under; "*" is any.
        suggested: questions to show on the interactive page, of made-up people only.
    """
    app = FastAPI(
        title="Identigraph",
        version=version("identigraph"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        generate_unique_id_function=lambda route: route.name,
        # Its logs would hold what was sent when validation fails: personal data.
        telemetry={"logs": False},
    )
    app.state.container = container
    for room in (
        who_is, identities, network, records, writing, explain, decisions, changes, runs,
    ):  # fmt: skip
        app.include_router(room.router, responses=PROBLEM_RESPONSES)
    app.include_router(health.router)
    add_interactive_page(app)
    add_problem_handlers(app)
    document_problems(app)
    if suggested:
        document_examples(app, suggested)
    app.add_middleware(Protection, hosts=hosts)
    app.add_middleware(RawPathRouting)
    return app

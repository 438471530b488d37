"""`identigraph serve` and `openapi`: the API, and its schema."""

from typing import Annotated

import typer

from api.commands.log_lines import log_to_standard_error
from api.commands.options import WorkspaceOption
from api.commands.output import notices, print_json
from api.settings import Settings, load_settings
from api.use_cases.suggest_requests import SuggestedRequests
from api.wiring import Deployment, opened


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("serve")(serve)
    app.command("openapi")(openapi)


def serve(
    *,
    workspace: WorkspaceOption = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on. [default: 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port. [default: 8000]")
    ] = None,
) -> None:
    """Serve the API and its interactive page until stopped.

    Examples:
    - `identigraph serve --workspace work` and open http://127.0.0.1:8000/
    """
    settings = load_settings(workspace, host=host, port=port)
    with opened(settings) as deployment:
        notices.print(f"Serving on {address_of(settings)}", markup=False)
        serve_until_stopped(settings, deployment)


def serve_until_stopped(
    settings: Settings, deployment: Deployment, suggested: SuggestedRequests | None = None
) -> None:
    """Serve until the process is told to stop; a demo suggests questions.

    Raises:
        InvalidInputError: in production, until sign-in can be configured.
    """
    import uvicorn

    from api.app import create_app

    log_to_standard_error()
    app = create_app(deployment.container(), hosts=settings.allowed_hosts, suggested=suggested)
    # Its access log would hold record ids; ours names routes.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        log_level="warning",
        log_config=None,
    )


def address_of(settings: Settings) -> str:
    """Return the address that people open."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"


def openapi() -> None:
    """Print the API's schema (OpenAPI 3.1) as JSON.

    Examples:
    - `identigraph openapi > openapi.json`
    """
    from api.app import create_app

    print_json(create_app(None).openapi())

"""`identigraph serve` and `openapi`: the API, and its schema."""

import socket
from typing import Annotated

import typer

from api.commands.log_lines import log_to_standard_error
from api.commands.options import WorkspaceOption
from api.commands.output import notices, print_json
from api.settings import Settings, load_settings
from api.use_cases.suggest_requests import SuggestedRequests
from api.wiring import Deployment, opened
from models.errors import InvalidInputError


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
    with opened(settings) as deployment, listen(settings) as listening:
        notices.print(f"Serving on {address_of(listening)}", markup=False)
        serve_until_stopped(listening, deployment)


def listen(settings: Settings) -> socket.socket:
    """Take the address and port to serve on.

    Raises:
        InvalidInputError: if they cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise InvalidInputError(
            f"cannot listen on {settings.host}, port {settings.port}: {error.strerror}; "
            "choose another by --port"
        ) from error


def address_of(listening: socket.socket) -> str:
    """Return the address that people open."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve_until_stopped(
    listening: socket.socket, deployment: Deployment, suggested: SuggestedRequests | None = None
) -> None:
    """Serve until the process is told to stop; a demo suggests questions.

    Raises:
        InvalidInputError: in production, until sign-in can be configured.
    """
    import uvicorn

    from api.app import create_app

    log_to_standard_error()
    hosts = deployment.settings.allowed_hosts
    app = create_app(deployment.container(), hosts=hosts, suggested=suggested)
    # Its access log would hold record ids; ours names routes.
    config = uvicorn.Config(app, access_log=False, server_header=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listening])


def openapi() -> None:
    """Print the API's schema (OpenAPI 3.1) as JSON.

    Examples:
    - `identigraph openapi > openapi.json`
    """
    from api.app import create_app

    print_json(create_app(None).openapi())

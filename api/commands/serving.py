"""`identigraph serve` and `openapi`: the API, and its schema."""

import gc
import logging
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.fair_socket import FairSocket
from api.commands.log_lines import log_to_standard_error
from api.commands.options import WorkspaceOption
from api.commands.output import notices, print_json
from api.settings import Settings, load_settings
from api.use_cases.suggest_requests import SuggestedRequests
from api.wiring import Deployment, opened
from models.errors import IdentigraphError, InvalidInputError

log = logging.getLogger(__name__)


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
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=64, help="Processes that answer. [default: 1]"),
    ] = None,
) -> None:
    """Serve the API and its interactive page until stopped.

    Examples:
    - `identigraph serve --workspace work` and open http://127.0.0.1:8000/

    - `identigraph serve --workspace work --workers 4` uses four cores
    """
    settings = load_settings(workspace, host=host, port=port, workers=workers)
    with opened(settings) as deployment, listen(settings) as listening:
        notices.print(f"Serving on {address_of(listening)}", markup=False)
        serve_until_stopped(listening, deployment)


def listen(settings: Settings) -> socket.socket:
    """Take the address and port to serve on.

    Raises:
        InvalidInputError: if they cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Connections inherit the protocol. Without its name asyncio does not tell them to send at once,
    # and the body of an answer waits 40 ms for the caller to acknowledge its head.
    listening = FairSocket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((settings.host, settings.port))
        listening.listen()
        return listening
    except OSError as error:
        listening.close()
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
    from uvicorn.supervisors import Multiprocess

    settings = deployment.settings
    log_to_standard_error()
    is_alone = settings.workers == 1
    # Its access log would hold record ids; ours names routes.
    config = uvicorn.Config(
        partial(_app_of, deployment, suggested) if is_alone
        else partial(_app_of_worker, settings.places.root, suggested),
        factory=True, access_log=False, server_header=False, log_config=None,
        workers=settings.workers,
    )  # fmt: skip
    # what cannot be served is told now, rather than by workers that start again and again
    deployment.container()
    if is_alone:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def _app_of(deployment: Deployment, suggested: SuggestedRequests | None) -> Callable[..., Any]:
    """Make the application of this process, ready for its first question."""
    from api.app import create_app

    hosts = deployment.settings.allowed_hosts
    app = create_app(deployment.container(), hosts=hosts, suggested=suggested)
    _warm_up(deployment)
    return app


def _warm_up(deployment: Deployment) -> None:
    """Load the match model of what is served, and keep it out of the garbage collector's way.

    A look-up makes many small objects; each great collection would walk all of the model. What
    cannot be loaded yet is told by `/readyz` and by each question.
    """
    try:
        with deployment.store.view() as view:
            run = view.run()
        if run is not None:
            deployment.resolvers(run.model_version)
    except IdentigraphError as error:
        log.warning("not warmed up", extra={"error": type(error).__name__})
    gc.collect()
    gc.freeze()


def _app_of_worker(root: Path, suggested: SuggestedRequests | None) -> Callable[..., Any]:
    """Make the application of a process of its own, which opens all it needs itself."""
    log_to_standard_error()
    return _app_of(Deployment(load_settings(root)), suggested)


def openapi() -> None:
    """Print the API's schema (OpenAPI 3.1) as JSON.

    Examples:
    - `identigraph openapi > openapi.json`
    """
    from api.app import create_app

    print_json(create_app(None).openapi())

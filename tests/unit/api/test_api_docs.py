"""The documents name every request, problem, command, setting and exit code there is."""

from pathlib import Path

import pytest
import typer.main

from api.app import create_app
from api.commands.exit_codes import EXIT_CODE_OF
from api.commands.main import app
from api.routes.problems import STATUS_OF
from api.settings import Settings
from api.use_cases.explain_pair import Standing

DOCS = Path(__file__).resolve().parents[3] / "docs"
API = (DOCS / "api.md").read_text("utf-8")
COMMANDS = (DOCS / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("path", list(create_app(None).openapi()["paths"]))
def test_every_request_is_documented(path: str) -> None:
    assert f" {path}`" in API


@pytest.mark.parametrize("problem", list(STATUS_OF.values()), ids=lambda one: one.kind)
def test_every_problem_is_documented(problem: object) -> None:
    kind, status = problem.kind, int(problem.status)  # type: ignore[attr-defined]

    assert f"`urn:identigraph:problem:{kind}` | {status} |" in API


@pytest.mark.parametrize("standing", list(Standing))
def test_every_standing_is_documented(standing: Standing) -> None:
    assert f"`{standing.value}`" in API


@pytest.mark.parametrize("name", list(typer.main.get_group(app).commands))
def test_every_command_is_documented(name: str) -> None:
    assert f"`identigraph {name}`" in COMMANDS


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{name}` | `IDENTIGRAPH_{name.upper()}` |" in COMMANDS


@pytest.mark.parametrize("kind", list(EXIT_CODE_OF), ids=lambda kind: kind.__name__)
def test_every_exit_code_is_documented(kind: type[Exception]) -> None:
    row = next(line for line in COMMANDS.splitlines() if f"`{kind.__name__}`" in line)

    assert row.startswith(f"| {EXIT_CODE_OF[kind]} |")  # type: ignore[index]

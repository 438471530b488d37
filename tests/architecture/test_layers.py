"""The dependency rule, and what import contracts cannot say."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import PROJECT, ROOT, name_of, parsed, product_modules

_MOST_LINES = 400


def test_every_import_contract_is_kept() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"

    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_every_stage_has_its_place_in_the_contract() -> None:
    (contract,) = (
        one for one in PROJECT["tool"]["importlinter"]["contracts"] if "containers" in one
    )
    placed = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    there = {
        path.stem
        for path in (ROOT / "resolution").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert contract["exhaustive"]
    assert placed == there - {"__init__"}


@pytest.mark.parametrize("path", product_modules(), ids=name_of)
def test_the_environment_is_read_only_by_the_settings(path: Path) -> None:
    if name_of(path) == "api/settings.py":
        return
    reading = {"environ", "environb", "getenv", "getenvb", "putenv"}

    found = [
        node.lineno
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Attribute) and node.attr in reading)
        or (isinstance(node, ast.ImportFrom) and reading & {name.name for name in node.names})
    ]

    assert not found, f"reads the environment in lines {found}"


@pytest.mark.parametrize("path", product_modules(), ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= _MOST_LINES

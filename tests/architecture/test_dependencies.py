"""What the project is built from: declared, used, explained, locked, and in nobody's way."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.repository import LAYERS, PROJECT, ROOT, imported, name_of, product_modules

_OURS = PROJECT["project"]["name"]
_LOCKS = ("requirements.lock", "requirements-dev.lock")
# Packages that are imported by another name than they are installed by.
_IMPORTED_AS = {"pyyaml": "yaml"}
# Not imported, but needed: DuckDB gives times with zones to Python by the first.
_NEEDED_UNSEEN = {
    "pytz",
    # Compiled parts that the Neo4j driver finds by itself.
    "neo4j-rust-ext",
}
# Named in a string, as a holder of files.
_HOLDS_FILES = {"fastapi_swagger"}


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[=<>~! ;]", one, maxsplit=1)[0] for one in requirements}


def _import_names(packages: set[str]) -> set[str]:
    return {_IMPORTED_AS.get(name, name.replace("-", "_")) for name in packages}


def _declared() -> set[str]:
    return _names(PROJECT["project"]["dependencies"])


def _optional() -> set[str]:
    return {
        name
        for extra in PROJECT["project"]["optional-dependencies"].values()
        for name in _names(extra)
    }


def _development() -> set[str]:
    groups = PROJECT["dependency-groups"]
    return _names([one for group in groups.values() for one in group if isinstance(one, str)])


def _locked(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", [*LAYERS, "tests", "benchmarks"])
def test_no_dependency_ships_a_package_of_our_name(name: str) -> None:
    owners = set(packages_distributions().get(name, ())) - {_OURS}

    assert not owners, f"{owners} also install a top-level {name!r}: ours would be shadowed"


@pytest.mark.parametrize("path", product_modules(), ids=name_of)
def test_what_the_product_imports_is_declared(path: Path) -> None:
    assert imported(path) <= _import_names(_declared() | _optional())


def test_what_is_declared_is_used() -> None:
    used = {name for path in product_modules() for name in imported(path)} | _HOLDS_FILES

    assert _import_names(_declared() - _NEEDED_UNSEEN) <= used


@pytest.mark.parametrize("name", sorted(_declared() | _optional() | _development()))
def test_every_dependency_is_explained(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "dependencies.md").read_text("utf-8")


@pytest.mark.parametrize("lock", _LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place(lock: str) -> None:
    wrong = [
        line
        for line in (ROOT / lock).read_text("utf-8").splitlines()
        if not re.fullmatch(r"[a-z0-9-]+==\S+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]

    assert not wrong


def test_what_is_declared_is_locked_and_developers_have_the_same_versions() -> None:
    running, developing = (_locked(lock) for lock in _LOCKS)

    assert _declared() <= running.keys()
    assert _development() <= developing.keys()
    assert running.items() <= developing.items()

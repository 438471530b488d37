"""The documents say what is there, and nothing that must not be said."""

import re
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pytest

from models import errors, tables
from models.match_model.comparisons import COMPARISONS
from models.workspace import Workspace
from tests.architecture.repository import PROJECT, ROOT, name_of, text_files

DOCS = ROOT / "docs"
_PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
_RECORDS = sorted((DOCS / "adr").glob("[0-9]*.md"))

# Put together here, so that this file does not hold them itself. Where packages came from and
# where somebody keeps a checkout are nobody's business.
_UNSAID = re.compile(
    "|".join(
        "".join(parts)
        for parts in (
            ("py", r"pi\.org"),
            ("python", r"hosted\.org"),
            ("npm", r"js\.org"),
            ("--index", "-url"),
            ("/ho", r"me/[a-z]"),
            ("/ro", "ot/"),
            ("/Us", "ers/"),
        )
    )
)


@pytest.mark.parametrize("page", _PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text("utf-8"))

    broken = [link for link in links if not (page.parent / unquote(link)).exists()]

    assert not broken


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=name_of)
def test_every_document_can_be_found(page: Path) -> None:
    others = "".join(other.read_text("utf-8") for other in _PAGES if other != page)

    assert f"{page.name})" in others


@pytest.mark.parametrize("record", _RECORDS, ids=name_of)
def test_every_decision_record_is_listed_and_has_its_parts(record: Path) -> None:
    text = record.read_text("utf-8")

    assert f"({record.name})" in (DOCS / "adr" / "README.md").read_text("utf-8")
    assert re.match(rf"# {record.name[:4]}: \S.*\n\nStatus: ", text)
    for part in ("Context", "Decision", "Consequences", "Alternatives"):
        assert f"## {part}" in text


def test_decision_records_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in _RECORDS] == list(range(1, len(_RECORDS) + 1))


def test_every_table_between_stages_is_in_the_flow_of_data() -> None:
    flow = (DOCS / "data-flow.md").read_text("utf-8")
    schemas = [name for name, value in vars(tables).items() if isinstance(value, pa.Schema)]

    assert [name for name in schemas if f"| `{name}` |" not in flow] == []


def test_every_place_in_a_workspace_is_in_the_operations() -> None:
    operations = (DOCS / "operations.md").read_text("utf-8")
    workspace = Workspace(root=Path("w"), data=Path("w"))
    places = [
        getattr(workspace, name).name
        for name, value in vars(Workspace).items()
        if isinstance(value, property)
    ]

    assert [name for name in places if not re.search(rf"^\| `{name}/?` ", operations, re.M)] == []


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda one: one.name)
def test_every_comparison_is_in_the_match_model(comparison: object) -> None:
    name = comparison.name  # type: ignore[attr-defined]

    assert f"| `{name}` |" in (DOCS / "match-model.md").read_text("utf-8")


def test_every_error_is_drawn_in_the_tree_of_errors() -> None:
    kinds = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.IdentigraphError)
    ]

    assert [name for name in kinds if name not in str(errors.__doc__)] == []


def test_the_newest_version_in_the_changelog_is_the_projects() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## .*?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)

    assert newest is not None
    assert newest[1] == PROJECT["project"]["version"]


def test_no_file_tells_where_packages_came_from_or_whose_machine_it_was() -> None:
    found = [
        name_of(path)
        for path in text_files()
        if _UNSAID.search(path.read_bytes().decode("utf-8", errors="replace"))
    ]

    assert found == []

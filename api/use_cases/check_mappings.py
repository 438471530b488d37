"""Checks the mapping files of a workspace before anything runs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.use_cases.auditing import Auditor
from models.access import Principal
from models.errors import InvalidInputError, MappingError
from models.workspace import Workspace
from resolution.sources.checking import check_files
from resolution.sources.formats import DatabaseFormat
from resolution.sources.mapping import SourceMapping, load_mapping, load_mappings


@dataclass(frozen=True, slots=True)
class CheckedMapping:
    """A usable mapping, how many files it would read now, and the databases it asks."""

    source: str
    role: str
    version: str
    n_files: int
    databases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappingCheck:
    """What a check found.

    Attributes:
        problems: one text per unusable mapping file, naming lines, fields and mends; then one per
            file of data that cannot be read as a whole.
    """

    usable: tuple[CheckedMapping, ...]
    problems: tuple[str, ...]


def check_mappings(
    *,
    principal: Principal,
    workspace: Workspace,
    auditor: Auditor,
    databases: Collection[str] = (),
) -> MappingCheck:
    """Check every mapping file, and how the files begin that each would read; tell all problems.

    `databases` are the names of those whose address is set up; none is asked anything.

    Raises:
        InvalidInputError: if there is no mapping file.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("check_mappings", principal) as seen:
        usable: list[SourceMapping] = []
        problems: list[str] = []
        for path in _mapping_files(workspace.mappings):
            try:
                usable.append(load_mapping(path))
            except MappingError as error:
                problems.append(str(error))
        if not problems:
            try:
                usable = load_mappings(workspace.mappings)
            except MappingError as error:  # what only shows between files: a source named twice
                problems.append(str(error))
        seen.add_all(mapping.source for mapping in usable)
        checked = tuple(_checked(mapping, workspace.data) for mapping in usable)
        for mapping in usable:
            problems += [
                f"{mapping.source}: {problem}" for problem in check_files(mapping, workspace.data)
            ]
        problems += [
            f"{one.source}: no database named {name!r} is set up: add its address to the setting"
            " `databases`"
            for one in checked
            for name in one.databases
            if name not in databases
        ]
        return MappingCheck(checked, tuple(problems))


def _mapping_files(folder: Path) -> Sequence[Path]:
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        raise InvalidInputError(
            f"no mapping file (*.yaml) in {folder}: `identigraph init` makes the folder and a "
            "template to start from"
        )
    return files


def _checked(mapping: SourceMapping, data: Path) -> CheckedMapping:
    n_files = len({file for pattern in mapping.files for file in data.glob(pattern)})
    asked = [
        entry.format.connection
        for entry in mapping.entries
        if isinstance(entry.format, DatabaseFormat)
    ]
    return CheckedMapping(
        mapping.source, str(mapping.role), mapping.version, n_files, tuple(dict.fromkeys(asked))
    )

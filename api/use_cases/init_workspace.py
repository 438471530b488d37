"""Makes a workspace: settings, a folder for mapping files and one to put data in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from api.use_cases.auditing import Auditor
from models.access import Principal
from models.errors import InvalidInputError
from models.workspace import Workspace

_SETTINGS = """\
# Settings of this deployment. What is commented out shows the default.
# IDENTIGRAPH_* variables win over this file, and options of a command over both.

# Where the `files` patterns of mapping files start: a folder, from here.
# data: .

# The address behind every database name that a mapping may use. An address with a password
# belongs into the variable IDENTIGRAPH_DATABASES rather than here.
# databases: {casework_db: "sqlite:////srv/casework.sqlite"}

# development needs no sign-in and acts for one subject; production needs sign-in.
# environment: development
# subject: developer-1

# Where the API listens, and the names it may be asked under.
# host: 127.0.0.1
# port: 8000
# allowed_hosts: ["127.0.0.1", "localhost", "[::1]"]
"""

_TEMPLATE = """\
# A mapping says what the columns of a source mean. Copy this file to <source>.yaml, change it,
# then run `identigraph check`. docs/mapping.md has every field and every format.
source: people                     # names the records: people:1, people:2, ...
role: person                       # person, or watchlist
format: {type: csv}                # csv, json_lines, json, xml, parquet or database
files: ["incoming/people*.csv"]    # from the data folder
key: ID                            # the column that tells records apart
record:
  names:
    - {kind: {value: primary}, given: FORENAMES, family: SURNAME}
  dates_of_birth:
    - {text: DATE_OF_BIRTH, order: {value: dmy}}
  nationalities:
    - {text: NATIONALITY}
  documents:
    - {type: {value: passport}, number: PASSPORT_NUMBER}
"""


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """What was made."""

    root: Path
    mappings: tuple[Path, ...]


def init_workspace(
    *,
    principal: Principal,
    workspace: Workspace,
    auditor: Auditor,
    example_mappings: Sequence[Path] = (),
) -> NewWorkspace:
    """Make the folders and settings of a workspace, with example mappings if any are given.

    Nothing that exists is written over.

    Raises:
        InvalidInputError: if the folder is a workspace already, or cannot be written.
        BackendUnavailableError: if the audit cannot be written.
    """
    if workspace.settings_file.exists():
        raise InvalidInputError(f"{workspace.root} is a workspace already")
    try:
        workspace.mappings.mkdir(parents=True, exist_ok=True)
        (workspace.data / "incoming").mkdir(parents=True, exist_ok=True)
        with auditor.before_change("init_workspace", principal):
            if not example_mappings:
                (workspace.mappings / "people.yaml.template").write_text(_TEMPLATE, "utf-8")
            copied = [_copy(path, workspace.mappings) for path in example_mappings]
            # Last: a folder with settings is a whole workspace.
            workspace.settings_file.write_text(_SETTINGS, "utf-8")
    except OSError as error:
        raise InvalidInputError(
            f"{workspace.root} cannot be made a workspace: {error.strerror}"
        ) from error
    return NewWorkspace(workspace.root, tuple(copied))


def _copy(path: Path, folder: Path) -> Path:
    target = folder / path.name
    if not target.exists():
        copyfile(path, target)
    return target

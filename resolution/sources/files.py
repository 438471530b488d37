"""Finds the files of a mapping below the data root, and knows them by their bytes."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from models.errors import InvalidInputError

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below the data root.

    Attributes:
        name: its path below the data root.
        file_id: SHA-256 of its bytes, hex.
    """

    path: Path
    name: str
    file_id: str
    size: int
    modified_ns: int

    def check_unchanged(self) -> None:
        """Refuse a file that was written to since it was found.

        Raises:
            InvalidInputError: if its size or time has changed.
        """
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.modified_ns):
            raise InvalidInputError(f"{self.name} was changed while it was read: run again")


def find_files(data_root: Path, patterns: tuple[str, ...]) -> list[FoundFile]:
    """Return the files that match any pattern, in order of name, one for the same bytes.

    Raises:
        InvalidInputError: if nothing matches, or a match leads out of the data root.
    """
    root = data_root.resolve()
    paths = matching_files(data_root, patterns)
    if not paths:
        listed = ", ".join(patterns)
        closed = _closed_folders(root, patterns)
        why = f": {', '.join(closed)} cannot be looked into" if closed else ""
        raise InvalidInputError(f"no file matches {listed} below {data_root}{why}")
    found: dict[str, FoundFile] = {}
    for path in paths:
        name = path.relative_to(root).as_posix()
        if not path.resolve().is_relative_to(root):
            raise InvalidInputError(f"{name} leads out of the data root: copy the file into it")
        file = _found(path, name)
        found.setdefault(file.file_id, file)
    return list(found.values())


def matching_files(data_root: Path, patterns: tuple[str, ...]) -> list[Path]:
    """Return the files that match any pattern, in order of name; folders are none."""
    root = data_root.resolve()
    return sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})


def _closed_folders(root: Path, patterns: tuple[str, ...]) -> list[str]:
    """Return the folders that patterns name in full and that this account may not look into."""
    closed: dict[str, None] = {}
    for pattern in patterns:
        folder = root
        for part in ("", *Path(pattern).parent.parts):
            folder = folder / part
            if not folder.is_dir():
                break
            if not os.access(folder, os.R_OK | os.X_OK):
                closed[folder.relative_to(root).as_posix()] = None
                break
    return list(closed)


def _found(path: Path, name: str) -> FoundFile:
    status = path.stat()
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise InvalidInputError(f"cannot read {name}: {error.strerror}") from error
    return FoundFile(path, name, digest.hexdigest(), status.st_size, status.st_mtime_ns)

"""Keeps a workspace's match model packages and which of them is active."""

import os
import tempfile
from pathlib import Path

from models.errors import MatchModelError
from models.match_model.package import MatchModelPackage
from resolution.link.packages import (
    REPORT,
    copy_package,
    load_package,
    save_package,
    shipped_package,
)

_ACTIVE = "active"


class WorkspaceShelf:
    """Match model packages in a folder, one folder per version, and a file that names one."""

    def __init__(self, folder: Path) -> None:
        """Keep packages in this folder; it is made when the first is added."""
        self._folder = folder

    def versions(self) -> list[str]:
        """Return the versions held, in order of name."""
        return sorted(path.parent.name for path in self._folder.glob("[!.]*/manifest.json"))

    def active_version(self) -> str | None:
        """Return the version that runs use; None until one is activated."""
        file = self._folder / _ACTIVE
        return file.read_text("utf-8").strip() if file.is_file() else None

    def load(self, version: str) -> MatchModelPackage:
        """Return a package.

        Raises:
            MatchModelError: if the shelf does not hold it, or it is damaged.
        """
        if version not in self.versions():
            held = ", ".join(self.versions()) or "none yet"
            raise MatchModelError(f"no such match model version here; there are: {held}")
        return load_package(self._folder / version)

    def report(self, version: str) -> Path:
        """Return where the training report of a version is: one HTML file."""
        return self._folder / version / REPORT

    def add(self, package: MatchModelPackage) -> None:
        """Keep a package for ever; one that is there already stays as it is.

        Raises:
            MatchModelError: if its lint found errors.
        """
        save_package(package, self._folder)

    def adopt(self, place: Path) -> str:
        """Copy a package from elsewhere, whole and checked; return its version.

        Raises:
            MatchModelError: if there is none, or it is damaged.
        """
        return copy_package(place, self._folder).name

    def shipped(self) -> MatchModelPackage | None:
        """Return the match model that ships with us; None if it was left out."""
        place = shipped_package()
        return load_package(place) if place else None

    def activate(self, version: str) -> None:
        """Make runs use this version from now on.

        Raises:
            MatchModelError: if the shelf does not hold it, or it is damaged.
        """
        self.load(version)
        handle, beside = tempfile.mkstemp(prefix=".active-", dir=self._folder, text=True)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(version + "\n")
        Path(beside).chmod(0o644)
        Path(beside).replace(self._folder / _ACTIVE)

"""What the use cases of batch work need from outside, as protocols."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from api.use_cases.auditing import Clock
from graph.store import DecisionLog, IdentityHistory, IngestLog
from models.identity import Run
from models.match_model.package import MatchModelPackage
from models.workspace import Workspace
from resolution.ports import IdentityIdFactory, Progress
from resolution.sources.mapping import SourceMapping


class SourceCounts(Protocol):
    """What one ingest read of one source."""

    @property
    def source(self) -> str:
        """The source."""
        ...

    @property
    def files_new(self) -> int:
        """Files read now."""
        ...

    @property
    def files_known(self) -> int:
        """Files read before, by content, and not read again."""
        ...

    @property
    def rows(self) -> int:
        """Rows in the new files."""
        ...

    @property
    def records(self) -> int:
        """Records they made."""
        ...

    @property
    def quarantined(self) -> int:
        """Rows that could not become records."""
        ...

    @property
    def excluded(self) -> int:
        """Rows the mapping leaves out on purpose."""
        ...


class IngestCounts(Protocol):
    """What one ingest read."""

    @property
    def sources(self) -> Sequence[SourceCounts]:
        """Counts by source."""
        ...

    @property
    def reasons(self) -> Mapping[str, int]:
        """Quarantined rows by reason."""
        ...


class Resolved(Protocol):
    """A run as resolved, not yet published."""

    @property
    def run(self) -> Run:
        """The run, its summary filled."""
        ...

    @property
    def artefacts_folder(self) -> Path:
        """Where its tables are."""
        ...

    @property
    def unchanged(self) -> bool:
        """Whether its inputs are those of the published run, so that nothing was done."""
        ...


class BatchStore(IngestLog, IdentityHistory, DecisionLog, Protocol):
    """What a run reads and notes in the store."""


class BatchPipeline(Protocol):
    """The batch flow: `resolution.pipeline` as a module."""

    def open_batch(self, workspace: Workspace) -> AbstractContextManager[Any]:
        """Open what training and resolving share; each works without one too."""
        ...

    def ingest(
        self,
        mappings: Sequence[SourceMapping],
        *,
        workspace: Workspace,
        log: IngestLog,
        clock: Clock,
        progress: Progress,
        databases: Mapping[str, str] | None = None,
    ) -> IngestCounts:
        """Read what is new of every source into segments."""
        ...

    def resolve(
        self,
        *,
        workspace: Workspace,
        log: IngestLog,
        history: IdentityHistory,
        decisions: DecisionLog,
        package: MatchModelPackage,
        new_identity_id: IdentityIdFactory,
        clock: Clock,
        progress: Progress,
        batch: Any | None = None,
    ) -> Resolved:
        """Turn all current records into identities, with what `batch` holds already."""
        ...

    def train(
        self,
        *,
        workspace: Workspace,
        log: IngestLog,
        progress: Progress,
        learned: MatchModelPackage | None = None,
        batch: Any | None = None,
    ) -> MatchModelPackage:
        """Train a match model without labels on all current records; m and u may be taken over."""
        ...


class SwitchBackMaker(Protocol):
    """Makes a run that holds what an earlier one found: `resolution.switch_back.switch_back`."""

    def __call__(
        self,
        earlier: Run,
        *,
        workspace: Workspace,
        history: IdentityHistory,
        clock: Clock,
        progress: Progress,
    ) -> Resolved:
        """Make the run, to be published."""
        ...


class MatchModelShelf(Protocol):
    """Keeps match model packages and which of them is active."""

    def versions(self) -> list[str]:
        """Return the versions held."""
        ...

    def active_version(self) -> str | None:
        """Return the version that runs use; None until one is activated."""
        ...

    def load(self, version: str) -> MatchModelPackage:
        """Return a package."""
        ...

    def add(self, package: MatchModelPackage) -> None:
        """Keep a package for ever."""
        ...

    def adopt(self, place: Path) -> str:
        """Copy a package from elsewhere, whole and checked; return its version."""
        ...

    def activate(self, version: str) -> None:
        """Make runs use this version from now on."""
        ...


Publish = Callable[[Run, Path, Progress], dict[str, Any]]
"""Serves a run whole from its artefacts; returns the rows loaded by table."""

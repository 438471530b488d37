"""Trains a match model without labels on the workspace's records, and keeps it as a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.use_cases.auditing import Auditor
from api.use_cases.batch_ports import BatchPipeline, BatchStore, MatchModelShelf
from models.access import Principal
from models.match_model.package import MatchModelPackage
from models.workspace import Workspace
from resolution.engines.shortage import shortages_told
from resolution.ports import Progress
from resolution.sources.mapping import SourceMapping


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """A trained version; runs keep the active one until this is activated."""

    package: MatchModelPackage
    active_version: str | None


def train_model(
    mappings: Sequence[SourceMapping],
    *,
    principal: Principal,
    workspace: Workspace,
    store: BatchStore,
    pipeline: BatchPipeline,
    shelf: MatchModelShelf,
    auditor: Auditor,
    databases: Mapping[str, str],
    progress: Progress,
) -> TrainingReport:
    """Read new files, train on all current records, lint, and keep the package.

    Raises:
        MatchModelError: if the trained model's lint found errors; it is not kept.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_change("train_model", principal) as seen, shortages_told():
        pipeline.ingest(
            mappings,
            workspace=workspace,
            log=store,
            clock=auditor.clock,
            progress=progress,
            databases=databases,
        )
        package = pipeline.train(workspace=workspace, log=store, progress=progress)
        shelf.add(package)
        seen.add(package.version)
        return TrainingReport(package, shelf.active_version())

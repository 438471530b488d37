"""Reads new files, resolves all records into identities and serves the run, or changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.use_cases.auditing import Auditor
from api.use_cases.batch_ports import (
    BatchPipeline,
    BatchStore,
    IngestCounts,
    MatchModelShelf,
    Publish,
)
from models.access import Principal
from models.identity import Run
from models.match_model.package import MatchModelPackage
from models.workspace import Workspace
from resolution.engines.shortage import shortages_told
from resolution.engines.stopwatch import Stopwatch
from resolution.ports import IdentityIdFactory, Progress
from resolution.sources.mapping import SourceMapping


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        unchanged: nothing new came in, so the published run stays.
        trained_now: the match model was trained for this run, because there was none.
        loaded: rows loaded into the store by table.
        seconds: by stage, in order.
        peak_memory_mb: resident memory, by stage.
    """

    run: Run
    unchanged: bool
    trained_now: bool
    ingest: IngestCounts
    loaded: Mapping[str, Any]
    seconds: Mapping[str, float]
    peak_memory_mb: Mapping[str, float]


def publish_run(
    mappings: Sequence[SourceMapping],
    *,
    principal: Principal,
    workspace: Workspace,
    store: BatchStore,
    pipeline: BatchPipeline,
    shelf: MatchModelShelf,
    publish: Publish,
    auditor: Auditor,
    databases: Mapping[str, str],
    new_identity_id: IdentityIdFactory,
    progress: Progress,
    learned: MatchModelPackage | None = None,
) -> RunReport:
    """Make a run from all current records and switch to it.

    Uses the workspace's active match model; trains and activates one where there is none, with
    the m and u of `learned` where it is given.

    Raises:
        InvalidInputError: if a source or the match model cannot be used.
        BackendUnavailableError: if the store or the audit cannot be written; the served run stays.
    """
    watch = Stopwatch()
    with auditor.before_change("publish_run", principal) as seen, shortages_told():
        with watch.stage("ingest"):
            ingest = pipeline.ingest(
                mappings,
                workspace=workspace,
                log=store,
                clock=auditor.clock,
                progress=progress,
                databases=databases,
            )
        with pipeline.open_batch(workspace) as batch:
            package, trained_now = _active(
                pipeline, shelf, workspace, store, progress, learned, batch
            )
            resolved = pipeline.resolve(
                workspace=workspace,
                log=store,
                history=store,
                decisions=store,
                package=package,
                new_identity_id=new_identity_id,
                clock=auditor.clock,
                progress=progress,
                batch=batch,
            )
        run, loaded = resolved.run, {}
        seen.add(run.run_id)
        seconds, memory = dict(watch.seconds), dict(watch.peak_memory_mb)
        if not resolved.unchanged:
            with watch.stage("publish"):
                loaded = publish(run, resolved.artefacts_folder, progress)
            seconds |= _by_stage(run, "seconds") | watch.seconds
            memory |= _by_stage(run, "peak_memory_mb") | watch.peak_memory_mb
        return RunReport(run, resolved.unchanged, trained_now, ingest, loaded, seconds, memory)


def _active(
    pipeline: BatchPipeline,
    shelf: MatchModelShelf,
    workspace: Workspace,
    store: BatchStore,
    progress: Progress,
    learned: MatchModelPackage | None,
    batch: Any,
) -> tuple[MatchModelPackage, bool]:
    version = shelf.active_version()
    if version is not None:
        return shelf.load(version), False
    package = pipeline.train(
        workspace=workspace, log=store, progress=progress, learned=learned, batch=batch
    )
    shelf.add(package)
    shelf.activate(package.version)
    return package, True


def _by_stage(run: Run, figure: str) -> dict[str, float]:
    figures = run.summary.get(figure)
    return dict(figures) if isinstance(figures, dict) else {}

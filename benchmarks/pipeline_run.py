"""Runs the pipeline on its own, in a fresh workspace that no store serves."""

import itertools
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from models.decision import Decision
from models.identity import Run
from models.live_change import RecordChange
from models.match_model.package import MatchModelPackage
from models.provenance import IngestedFile, Segment
from models.tables import BLOCKING_KEYS, CLUSTERS, MEMBERSHIPS, PREDICTIONS
from models.workspace import Workspace
from resolution import pipeline
from resolution.sources.mapping import load_mappings

EXAMPLE_MAPPINGS = Path(__file__).parent.parent / "examples" / "mappings"


@dataclass(slots=True)
class EmptyStore:
    """Satisfies the ports of the pipeline from memory: nothing was read or decided before."""

    registered: list[Segment] = field(default_factory=list)

    def files(self) -> list[IngestedFile]:
        """Return the files of this workspace's segments."""
        return [file for segment in self.registered for file in segment.files]

    def segments(self) -> list[Segment]:
        """Return the segments in order."""
        return list(self.registered)

    def register_segment(self, segment: Segment) -> None:
        """Note a segment."""
        self.registered.append(segment)

    def live_changes(self, *, after: int) -> tuple[int, list[RecordChange]]:
        """Return none: nothing was written outside runs."""
        return after, []

    def published_run(self) -> Run | None:
        """Return none: nothing was published."""
        return None

    def memberships(self) -> Iterator[pa.RecordBatch]:
        """Return none: there was no run."""
        return iter(MEMBERSHIPS.empty_table().to_batches())

    def identity_births(self) -> pa.Table:
        """Return none: no identity was ever issued."""
        return pa.table(
            {
                "identity_id": pa.array([], pa.string()),
                "birth": pa.array([], pa.int64()),
                "status": pa.array([], pa.string()),
            }
        )

    def change_sequence(self) -> int:
        """Return 0: nothing has happened."""
        return 0

    def decisions(self) -> list[Decision]:
        """Return none."""
        return []


@dataclass(frozen=True, slots=True)
class PipelineResult:
    """What the pipeline made of a set, at default settings and without labels.

    Attributes:
        blocking_keys: without those too common to use.
        clusters_at: clusters by link weight, that of the run among them.
        seconds: of the three steps, in order.
        summary: of the run.
    """

    predictions: pa.Table
    clusters: pa.Table
    blocking_keys: pa.Table
    clusters_at: dict[float, pa.Table]
    package: MatchModelPackage
    seconds: dict[str, float]
    summary: dict[str, object]


def run_pipeline(
    mapping_files: Sequence[Path],
    data: Path,
    root: Path,
    *,
    learned: MatchModelPackage | None = None,
    link_weight_steps: Sequence[float] = (),
) -> PipelineResult:
    """Ingest, train and resolve in a new workspace at `root`.

    Args:
        mapping_files: of the set's sources.
        data: where the mappings find the files.
        root: of the workspace, not there yet.
        learned: a match model whose m and u are taken over.
        link_weight_steps: above or below the link weight of the run, where the same pairs are
            clustered again, as a run would; left out where the thresholds would be out of order.
    """
    workspace = Workspace(root=root, data=data)
    workspace.mappings.mkdir(parents=True)
    for mapping in mapping_files:
        shutil.copy(mapping, workspace.mappings)
    store, ids = EmptyStore(), itertools.count(1)
    seconds: dict[str, float] = {}
    with _timed(seconds, "ingest and standardise"):
        pipeline.ingest(
            load_mappings(workspace.mappings),
            workspace=workspace,
            log=store,
            clock=_now,
            progress=_quiet,
        )
    with pipeline.open_batch(workspace) as batch:
        with _timed(seconds, "train"):
            package = pipeline.train(
                workspace=workspace, log=store, progress=_quiet, learned=learned, batch=batch
            )
        with _timed(seconds, "resolve"):
            resolved = pipeline.resolve(
                workspace=workspace,
                log=store,
                history=store,
                decisions=store,
                package=package,
                new_identity_id=lambda: f"identity-{next(ids)}",
                clock=_now,
                progress=_quiet,
                batch=batch,
            )
        folder = resolved.artefacts_folder
        clusters = pq.read_table(folder / "clusters.parquet", schema=CLUSTERS)
        at_other_weights = _cluster_again(batch, package, link_weight_steps)
    return PipelineResult(
        pq.read_table(folder / "predictions.parquet", schema=PREDICTIONS),
        clusters,
        pq.read_table(folder / "blocking_keys.parquet", schema=BLOCKING_KEYS),
        dict(sorted((at_other_weights | {package.thresholds.link_weight: clusters}).items())),
        package,
        seconds,
        dict(resolved.run.summary),
    )


def _cluster_again(
    batch: pipeline.Batch, package: MatchModelPackage, steps: Sequence[float]
) -> dict[float, pa.Table]:
    """Cluster what a run scored at other link weights."""
    found = {}
    for step in steps:
        link_weight = package.thresholds.link_weight + step
        if link_weight > package.thresholds.review_weight:
            at = replace(package, thresholds=replace(package.thresholds, link_weight=link_weight))
            pipeline.cluster_pairs(batch.connection, at, [], batch.watch, _quiet)
            found[link_weight] = (
                batch.connection.execute("select record_id, cluster_id from clusters_by_id")
                .to_arrow_table()
                .cast(CLUSTERS)
            )
    return found


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started


def _now() -> datetime:
    return datetime.now(UTC)


def _quiet(stage: str, done: int, total: int) -> None:
    """Take no notice of progress."""

"""The batch flow, top to bottom: files to records, records to pairs, pairs to people."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from models.decision import Decision
from models.identity import Run
from models.match_model.package import MatchModelPackage
from models.provenance import Segment
from models.workspace import Workspace
from resolution.artefacts import write_artefacts
from resolution.cluster.clustering import (
    find_components,
    find_pairs_to_complete,
    part_components,
)
from resolution.cluster.constraints import constraints_of
from resolution.current_records import collect_current, fingerprint_of
from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.engines.parquet import whole_or_none
from resolution.engines.stopwatch import Stopwatch
from resolution.identities.assign import assign_identities
from resolution.identities.former import take_former
from resolution.identities.golden import make_golden_records
from resolution.link.blocking import make_keys, make_pairs
from resolution.link.contradict import weigh_contradictions
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.population import population_warnings
from resolution.link.predict import score_pairs
from resolution.link.source_evidence import weigh_sources, weigh_sources_inside
from resolution.link.train import train as train_match_model
from resolution.live_segments import drain_live_changes, live_until
from resolution.ports import DecisionLog, IdentityHistory, IdentityIdFactory, IngestLog, Progress
from resolution.segments import SourceSummary, ingest_source
from resolution.sources.mapping import SourceMapping
from resolution.standardise.standardise import STANDARDISER_VERSION

Clock = Callable[[], datetime]

# What a run leaves in its folder, a Parquet file each.
RUN_TABLES = (
    "standardised_records", "clusters", "memberships", "golden", "events", "predictions",
    "watchlist_hits", "blocking_keys",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What one ingest read: counts by source, and quarantined rows by reason."""

    sources: tuple[SourceSummary, ...]
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Resolution:
    """A run as resolved, not yet published.

    Attributes:
        artefacts_folder: where its tables are, in Parquet.
        unchanged: its inputs are those of the published run, so nothing was done.
    """

    run: Run
    artefacts_folder: Path
    unchanged: bool


@dataclass(slots=True)
class Batch:
    """The engine that the steps of one batch share, and what it holds already.

    Attributes:
        watch: seconds and memory of every stage so far.
        records: current records, once they were collected.
        blocked_for: (segments, model version) that `model_input`, `blocking_keys` and `pairs` are
            of; None until they are made.
        rules: what each blocking rule made of them.
    """

    connection: duckdb.DuckDBPyConnection
    watch: Stopwatch = field(default_factory=Stopwatch)
    records: int = 0
    blocked_for: tuple[Sequence[Segment], str] | None = None
    rules: Sequence[Mapping[str, Any]] = ()


@contextmanager
def open_batch(workspace: Workspace, *, limits: EngineLimits | None = None) -> Iterator[Batch]:
    """Open an engine for training and resolving: what training made is not made again."""
    with open_engine(workspace.scratch, limits=limits) as connection:
        yield Batch(connection)


def ingest(
    mappings: Sequence[SourceMapping],
    *,
    workspace: Workspace,
    log: IngestLog,
    clock: Clock,
    progress: Progress,
    databases: Mapping[str, str] | None = None,
) -> IngestSummary:
    """Read what was written live, then the new files of every source, into segments.

    `databases` holds the address behind every database name that a mapping may use.
    """
    summaries = []
    reasons: Counter[str] = Counter()
    drain_live_changes(workspace=workspace, log=log, clock=clock, progress=progress)
    for mapping in mappings:
        summary = ingest_source(
            mapping,
            workspace=workspace,
            log=log,
            clock=clock,
            progress=progress,
            databases=databases,
        )
        summaries.append(summary)
        reasons.update(summary.reasons)
    return IngestSummary(tuple(summaries), dict(reasons))


def train(
    *,
    workspace: Workspace,
    log: IngestLog,
    progress: Progress,
    learned: MatchModelPackage | None = None,
    batch: Batch | None = None,
    limits: EngineLimits | None = None,
) -> MatchModelPackage:
    """Train a match model without labels on all current records.

    Args:
        workspace: that holds the segments.
        log: tells which there are.
        progress: told of each step.
        learned: a match model whose m and u are taken as they are; all that belongs to a population
            is counted on these records.
        batch: where to work, if a run under this match model follows; else in one of its own.
        limits: of a batch of its own.
    """
    with nullcontext(batch) if batch else open_batch(workspace, limits=limits) as batch:
        connection, segments = batch.connection, log.segments()
        progress("training", 0, 3)
        with batch.watch.stage("features"):
            batch.records = collect_current(connection, workspace, segments)
            define_macros(connection)
            build_features(connection, "standardised")
        progress("training", 1, 3)
        package = train_match_model(
            connection,
            standardiser_version=STANDARDISER_VERSION,
            learned=learned,
            watch=batch.watch,
        )
        batch.blocked_for = segments, package.version
        batch.rules = package.figures["blocking"]
        progress("training", 3, 3)
        return package


def resolve(
    *,
    workspace: Workspace,
    log: IngestLog,
    history: IdentityHistory,
    decisions: DecisionLog,
    package: MatchModelPackage,
    new_identity_id: IdentityIdFactory,
    clock: Clock,
    progress: Progress,
    batch: Batch | None = None,
    limits: EngineLimits | None = None,
) -> Resolution:
    """Turn all current records into identities, under the decisions in force.

    Leaves the run's tables in its folder; nothing is served until the run is published. Works in
    `batch` if there is one, and takes from it what training has made; else in one of its own.
    """
    segments = log.segments()
    in_force = decisions.decisions()
    fingerprint = fingerprint_of(segments, in_force, package.version)
    published = history.published_run()
    if published is not None and published.fingerprint == fingerprint:
        return Resolution(published, workspace.run_folder(published.run_id), unchanged=True)
    started, sequence = clock(), history.change_sequence()
    run_id = next_run_id(published, workspace)
    folder = workspace.run_folder(run_id)
    with nullcontext(batch) if batch else open_batch(workspace, limits=limits) as batch:
        connection, watch = batch.connection, batch.watch
        counts = _link(batch, workspace, segments, package, progress)
        counts |= cluster_pairs(connection, package, in_force, watch, progress)
        counts |= _identify(connection, history, new_identity_id, run_id, watch, progress)
        with watch.stage("write"), whole_or_none(folder):
            progress("writing", 0, 0)
            counts |= write_artefacts(connection, package, folder)
    summary = counts | {
        "live_sequence": live_until(segments),
        "seconds": watch.seconds,
        "peak_memory_mb": watch.peak_memory_mb,
    }
    run = Run(
        run_id=run_id,
        status="building",
        model_version=package.version,
        fingerprint=fingerprint,
        started_at=started,
        finished_at=clock(),
        change_sequence=sequence,
        summary=summary,
    )
    return Resolution(run, folder, unchanged=False)


def next_run_id(published: Run | None, workspace: Workspace) -> str:
    """Number runs by the folders that are there: an unpublished run's number is not used again."""
    numbers = [int(path.name.removeprefix("run-")) for path in workspace.runs.glob("run-*")]
    if published is not None:
        numbers.append(int(published.run_id.removeprefix("run-")))
    return f"run-{max(numbers, default=0) + 1:06d}"


def _link(
    batch: Batch,
    workspace: Workspace,
    segments: Sequence[Segment],
    package: MatchModelPackage,
    progress: Progress,
) -> dict[str, object]:
    """Make `model_input`, `blocking_keys`, `pairs` and `scored`."""
    connection, watch = batch.connection, batch.watch
    if batch.blocked_for != (segments, package.version):
        with watch.stage("features"):
            progress("preparing", 0, 0)
            batch.records = collect_current(connection, workspace, segments)
            define_macros(connection)
            build_features(connection, "standardised")
            apply_frequencies(connection, package.frequencies)
        with watch.stage("block"):
            progress("blocking", 0, 0)
            make_keys(connection)
            batch.rules = [asdict(rule) for rule in make_pairs(connection, package.capped_keys)]
            batch.blocked_for = segments, package.version
    with watch.stage("score"):
        progress("scoring", 0, 0)
        score_pairs(connection, package, pairs="pairs", scored="scored")
    [(people,)] = connection.execute(
        "select count(*) from model_input where not is_watchlist"
    ).fetchall()
    return {
        "records": batch.records,
        "person_records": people,
        "warnings": population_warnings(package, people),
        "pairs": sum(rule["pairs"] for rule in batch.rules),
        "blocking_rules": list(batch.rules),
    }


def cluster_pairs(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    decisions: Sequence[Decision],
    watch: Stopwatch,
    progress: Progress,
) -> dict[str, object]:
    """Make `components`, `clusters` and `clusters_by_id` from `scored` and `model_input`.

    `scored` gains the pairs that only a component brought. Under other thresholds of the same match
    model it can be done again in the same engine, and gives what a run under them would give.
    """
    with watch.stage("cluster"):
        progress("clustering", 0, 0)
        constraints = _constraints(connection, decisions)
        weigh_sources(connection, package)
        find_components(connection, constraints, thresholds=package.thresholds)
        completed = find_pairs_to_complete(connection)
        if completed:
            score_pairs(connection, package, pairs="pairs_to_complete", scored="scored_to_complete")
            connection.execute("insert into scored select *, 0.0 from scored_to_complete")
        weigh_sources_inside(connection)
        weigh_contradictions(connection, package)
        report = part_components(connection, thresholds=package.thresholds)
        connection.execute("""
            create or replace table clusters_by_id as
            select r.record_id, f.record_id as cluster_id from clusters c
            join model_input r on r.unique_id = c.record_no
            join model_input f on f.unique_id = c.cluster_no""")
    (clusters,) = connection.execute("select count(distinct cluster_no) from clusters").fetchall()[
        0
    ]
    return {"clusters": clusters, "pairs_completed": completed, "components": asdict(report)}


def _constraints(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> pa.Table:
    """Return what is decided of the records that are there, by their numbers."""
    decided = {record_id for decision in decisions for record_id in decision.record_ids}
    connection.register("decided_arrow", pa.table({"record_id": pa.array(decided, pa.string())}))
    numbers = dict(
        connection.execute("""
            select record_id, unique_id from model_input
            semi join decided_arrow using (record_id) where not is_watchlist""").fetchall()
    )
    connection.unregister("decided_arrow")
    constraints = constraints_of(decisions, there=numbers)
    return pa.table(
        {
            "kind": constraints["kind"],
            "left_no": pa.array(
                [numbers[one] for one in constraints["left_id"].to_pylist()], pa.int64()
            ),
            "right_no": pa.array(
                [numbers[one] for one in constraints["right_id"].to_pylist()], pa.int64()
            ),
        }
    )


def _identify(
    connection: duckdb.DuckDBPyConnection,
    history: IdentityHistory,
    new_identity_id: IdentityIdFactory,
    run_id: str,
    watch: Stopwatch,
    progress: Progress,
) -> dict[str, object]:
    """Make `memberships`, `identity_events` and `golden_records`."""
    with watch.stage("identify"):
        progress("identifying", 0, 0)
        take_former(connection, history)
        lives = assign_identities(connection, new_identity_id=new_identity_id, run_id=run_id)
        make_golden_records(connection, "standardised")
    return {"identities": lives.identities, "identity_events": lives.events}

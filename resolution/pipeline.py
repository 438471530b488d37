"""The batch flow, top to bottom: files to records, records to pairs, pairs to people."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from models.decision import Decision
from models.identity import Run
from models.match_model.package import MatchModelPackage
from models.tables import (
    BLOCKING_KEYS,
    CLUSTERS,
    GOLDEN_RECORDS,
    IDENTITY_EVENTS,
    MEMBERSHIPS,
    PREDICTIONS,
    STANDARDISED_RECORDS,
    WATCHLIST_HITS,
)
from models.workspace import Workspace
from resolution.cluster.clustering import (
    find_components,
    find_pairs_to_complete,
    part_components,
)
from resolution.cluster.constraints import constraints_of
from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.engines.parquet import write_parquet
from resolution.engines.stopwatch import Stopwatch
from resolution.identities.assign import assign_identities
from resolution.identities.former import take_former
from resolution.identities.golden import make_golden_records
from resolution.link.blocking import make_keys, make_pairs
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.population import population_warnings
from resolution.link.predict import score_pairs
from resolution.link.train import train as train_match_model
from resolution.ports import DecisionLog, IdentityHistory, IdentityIdFactory, IngestLog, Progress
from resolution.segments import SourceSummary, collect_current, fingerprint_of, ingest_source
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


def ingest(
    mappings: Sequence[SourceMapping],
    *,
    workspace: Workspace,
    log: IngestLog,
    clock: Clock,
    progress: Progress,
    databases: Mapping[str, str] | None = None,
) -> IngestSummary:
    """Read the new files of every source into segments of standardised records.

    `databases` holds the address behind every database name that a mapping may use.
    """
    summaries = []
    reasons: Counter[str] = Counter()
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
    limits: EngineLimits | None = None,
) -> MatchModelPackage:
    """Train a match model without labels on all current records.

    `learned` is a match model whose m and u are taken as they are; all that belongs to a population
    is counted on these records.
    """
    with open_engine(workspace.scratch, limits=limits) as connection:
        progress("training", 0, 3)
        collect_current(connection, workspace, log.segments())
        define_macros(connection)
        build_features(connection, "standardised")
        progress("training", 1, 3)
        package = train_match_model(
            connection, standardiser_version=STANDARDISER_VERSION, learned=learned
        )
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
    limits: EngineLimits | None = None,
) -> Resolution:
    """Turn all current records into identities, under the decisions in force.

    Leaves the run's tables in its folder; nothing is served until the run is published.
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
    watch = Stopwatch()
    with open_engine(workspace.scratch, limits=limits) as connection:
        counts = _link(connection, workspace, log, package, watch, progress)
        counts |= _cluster(connection, package, in_force, watch, progress)
        counts |= _identify(connection, history, new_identity_id, run_id, watch, progress)
        with watch.stage("write"):
            progress("writing", 0, 0)
            counts |= _write(connection, package, folder)
    summary = counts | {"seconds": watch.seconds, "peak_memory_mb": watch.peak_memory_mb}
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
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    log: IngestLog,
    package: MatchModelPackage,
    watch: Stopwatch,
    progress: Progress,
) -> dict[str, object]:
    """Make `model_input`, `blocking_keys`, `pairs` and `scored`."""
    with watch.stage("features"):
        progress("preparing", 0, 0)
        records = collect_current(connection, workspace, log.segments())
        define_macros(connection)
        build_features(connection, "standardised")
        apply_frequencies(connection, package.frequencies)
    with watch.stage("block"):
        progress("blocking", 0, 0)
        make_keys(connection)
        rules = make_pairs(connection, package.capped_keys)
    with watch.stage("score"):
        progress("scoring", 0, 0)
        score_pairs(connection, package, pairs="pairs", scored="scored")
    [(people,)] = connection.execute(
        "select count(*) from model_input where not is_watchlist"
    ).fetchall()
    return {
        "records": records,
        "person_records": people,
        "warnings": population_warnings(package, people),
        "pairs": sum(rule.pairs for rule in rules),
        "blocking_rules": [asdict(rule) for rule in rules],
    }


def _cluster(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    decisions: Sequence[Decision],
    watch: Stopwatch,
    progress: Progress,
) -> dict[str, object]:
    """Make `components` and `clusters`; `scored` gains the pairs that only a component brought."""
    with watch.stage("cluster"):
        progress("clustering", 0, 0)
        constraints = _by_number(connection, constraints_of(decisions))
        find_components(connection, constraints, thresholds=package.thresholds)
        completed = find_pairs_to_complete(connection)
        if completed:
            score_pairs(connection, package, pairs="pairs_to_complete", scored="scored_to_complete")
            connection.execute("insert into scored select * from scored_to_complete")
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


def _by_number(connection: duckdb.DuckDBPyConnection, constraints: pa.Table) -> pa.Table:
    """Give constraints the numbers of their records; those on records now gone are left out."""
    connection.register("constraints_by_id", constraints)
    return connection.execute("""
        select kind, l.unique_id as left_no, r.unique_id as right_no from constraints_by_id
        join model_input l on l.record_id = left_id
        join model_input r on r.record_id = right_id""").to_arrow_table()


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


def _write(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, folder: Path
) -> dict[str, object]:
    """Write the run's tables; return counts that only they tell."""
    write_parquet(
        connection,
        "from standardised order by record_no",
        STANDARDISED_RECORDS,
        folder / "standardised_records.parquet",
    )
    write_parquet(connection, "from clusters_by_id", CLUSTERS, folder / "clusters.parquet")
    write_parquet(connection, "from memberships", MEMBERSHIPS, folder / "memberships.parquet")
    write_parquet(connection, "from golden_records", GOLDEN_RECORDS, folder / "golden.parquet")
    write_parquet(connection, "from identity_events", IDENTITY_EVENTS, folder / "events.parquet")
    links = write_parquet(
        connection, _links_sql(package), PREDICTIONS, folder / "predictions.parquet"
    )
    hits = write_parquet(
        connection, _hits_sql(package), WATCHLIST_HITS, folder / "watchlist_hits.parquet"
    )
    connection.register("capped_keys_arrow", package.capped_keys)
    write_parquet(
        connection,
        """select distinct k.key, m.record_id from blocking_keys k
           join model_input m using (unique_id)
           left join capped_keys_arrow c on c.key = k.key and c.rule = k.rule
           where c.key is null or m.is_watchlist""",
        BLOCKING_KEYS,
        folder / "blocking_keys.parquet",
    )
    return {"links": links, "watchlist_hits": hits}


def _links_sql(package: MatchModelPackage) -> str:
    """Keep pairs worth showing, and every pair that counted in a component, for or against."""
    return f"""
        select l.record_id as left_id, r.record_id as right_id, s.match_weight,
            s.rule as blocking_rule
        from scored s
        join model_input l on l.unique_id = s.left_no and not l.is_watchlist
        join model_input r on r.unique_id = s.right_no and not r.is_watchlist
        left join components a on a.record_no = s.left_no
        left join components b on b.record_no = s.right_no
        where s.match_weight >= {package.thresholds.review_weight}
            or a.component = b.component"""


def _hits_sql(package: MatchModelPackage) -> str:
    """Keep the strongest resemblances of each watchlist entry to person records."""
    return f"""
        select case when l.is_watchlist then l.record_id else r.record_id end as entry_id,
            case when l.is_watchlist then r.record_id else l.record_id end as record_id,
            s.match_weight, s.rule as blocking_rule
        from scored s
        join model_input l on l.unique_id = s.left_no
        join model_input r on r.unique_id = s.right_no
        where l.is_watchlist <> r.is_watchlist
            and s.match_weight >= {package.screening.hit_weight}
        qualify row_number() over (partition by entry_id order by s.match_weight desc, 2)
            <= {package.screening.max_hits_per_entry}"""

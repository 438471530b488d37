"""Publishes a run: loads its artefacts beside the served run, checks them, and switches."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from graph.batch_quality import measure_identities
from graph.engine import Engine, EngineLimits
from graph.projection import Projection
from graph.store import CatchUp, RunWriter
from models.identity import Run
from models.ports import Progress


@dataclass(frozen=True, slots=True)
class RunArtefacts:
    """The Parquet files of one run, each of the schema of its name in `models.tables`.

    Attributes:
        source_records: segments that hold, among others, what was standardised.
        standardised_records: every current record, once; records not in it are served no more.
        blocking_keys: each pair of key and record once.
        events: IDENTITY_EVENTS.
    """

    source_records: tuple[Path, ...]
    standardised_records: Path
    memberships: Path
    links: Path
    golden_records: Path
    watchlist_hits: Path
    blocking_keys: Path
    events: Path


def publish(
    writer: RunWriter,
    run: Run,
    artefacts: RunArtefacts,
    *,
    scratch: Path,
    link_weight: float = 0.0,
    catch_up: CatchUp | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Serve a run whole, or leave what is served as it is.

    Args:
        writer: of the store that serves.
        run: with its finishing time and final summary.
        artefacts: what the run made.
        scratch: folder for temporary files.
        link_weight: the link threshold of the run's match model: what counts as a link when the
            quality of identities is measured.
        catch_up: works out what was written and decided since the run took its records.
        progress: told of each table as it is loaded.

    Returns:
        How many rows of each table are served.

    Raises:
        BackendUnavailableError: if what was loaded is not what the files hold; the run that was
            served still is.
        InvalidInputError: if a run of this id was published before.
    """
    tables = {
        "memberships": artefacts.memberships,
        "links": artefacts.links,
        "golden_records": artefacts.golden_records,
        "watchlist_hits": artefacts.watchlist_hits,
    }
    derived = ("attribute_uses", "relations", "identity_quality")
    steps = [*tables, *derived, "records", "blocking_keys", "switch"]

    def tell(step: str) -> None:
        if progress:
            progress(f"publish: {step}", steps.index(step), len(steps))

    with Engine(scratch, EngineLimits()) as engine:
        projection = Projection(engine)
        expected = {name: projection.count(path) for name, path in tables.items()}
        expected["records"] = projection.count(artefacts.standardised_records)
        expected["blocking_keys"] = projection.count(artefacts.blocking_keys)
        writer.begin_run(run)
        for name, path in tables.items():
            tell(name)
            writer.load(run.run_id, name, projection.rows(path))
        standardised = artefacts.standardised_records
        usual, quality = measure_identities(
            engine,
            memberships=artefacts.memberships,
            links=artefacts.links,
            standardised=standardised,
            watchlist_hits=artefacts.watchlist_hits,
            link_weight=link_weight,
        )
        # who measures an identity later must know what was usual
        run = replace(run, summary=run.summary | {"usual_sizes": asdict(usual)})
        made = (
            projection.attribute_uses(standardised),
            projection.relations(standardised),
            quality,
        )
        for name, rows in zip(derived, made, strict=True):
            tell(name)
            writer.load(run.run_id, name, projection.count_rows(rows))
            expected[name] = projection.n_rows
        tell("records")
        projection.compare_records(
            artefacts.source_records, artefacts.standardised_records, writer.record_hashes()
        )
        writer.change_records(projection.changed_records(), removed=projection.removed_records())
        tell("blocking_keys")
        writer.replace_blocking_keys(projection.rows(artefacts.blocking_keys))
        tell("switch")
        events = projection.rows(artefacts.events)
        writer.switch(run, expected_counts=expected, events=events, catch_up=catch_up)
    if progress:
        progress("publish", len(steps), len(steps))
    return expected

"""Measures the published run against a file that tells which records are the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from api.use_cases.auditing import Auditor
from api.use_cases.ports import Basis, basis_of, published_run
from api.use_cases.run_tables import RunTables
from graph.store import GraphReader
from models.access import Principal
from models.errors import InvalidInputError
from models.record import Role
from models.tables import TRUTH
from models.workspace import Workspace
from resolution.engines.duckdb_engine import open_engine
from resolution.evaluate.accuracy import evaluate_by_threshold, evaluate_partition
from resolution.evaluate.hits import evaluate_hits
from resolution.evaluate.scores import Accuracy, HitAccuracy, ThresholdAccuracy

_READERS = {
    ".csv": "read_csv($file, header = true, all_varchar = true)",
    ".parquet": "read_parquet($file)",
}


@dataclass(frozen=True, slots=True)
class TruthFile:
    """A CSV or Parquet file of record ids and the people they are of."""

    file: Path
    record_id_column: str = "record_id"
    person_id_column: str = "person_id"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How right the published run is.

    Attributes:
        by_threshold: what predictions and plain connected components give at each threshold.
        hits: how right watchlist hits are, all of them first, then by threshold; empty where no
            truth about entries was given.
    """

    accuracy: Accuracy
    by_threshold: tuple[ThresholdAccuracy, ...]
    hits: tuple[HitAccuracy, ...]
    basis: Basis


def evaluate_run(
    truth: TruthFile,
    *,
    thresholds: Sequence[float],
    principal: Principal,
    graph: GraphReader,
    workspace: Workspace,
    auditor: Auditor,
    entry_truth: TruthFile | None = None,
) -> Evaluation:
    """Compare the clusters of the published run with the truth.

    With `entry_truth`, which says whom the entries of watchlists are about, hits too.

    Raises:
        InvalidInputError: if the truth cannot be read or gives a record two people.
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("evaluate_run", principal) as seen:
        with graph.view() as view:
            basis = basis_of(published_run(view))
        seen.add(basis.run_id)
        tables = RunTables(workspace.run_folder(basis.run_id))
        known = read_truth(truth, scratch=workspace.scratch)
        clusters = pq.read_table(tables.clusters)
        by_threshold: list[ThresholdAccuracy] = []
        if thresholds:
            by_threshold = evaluate_by_threshold(
                pq.read_table(tables.predictions),
                known,
                clusters.column("record_id"),
                thresholds,
                scratch=workspace.scratch,
            )
        accuracy = evaluate_partition(clusters, known, scratch=workspace.scratch)
        hits: list[HitAccuracy] = []
        if entry_truth is not None:
            hits = evaluate_hits(
                pq.read_table(tables.watchlist_hits),
                entry_ids=_entries(tables),
                record_ids=clusters.column("record_id"),
                truth=known,
                entry_truth=read_truth(entry_truth, scratch=workspace.scratch),
                thresholds=thresholds,
                scratch=workspace.scratch,
            )
        return Evaluation(accuracy, tuple(by_threshold), tuple(hits), basis)


def _entries(tables: RunTables) -> pa.ChunkedArray:
    watchlist = [("role", "=", Role.WATCHLIST.value)]
    rows = pq.read_table(tables.standardised_records, columns=["record_id"], filters=watchlist)
    return rows.column("record_id")


def read_truth(truth: TruthFile, *, scratch: Path) -> pa.Table:
    """Read a truth file as TRUTH; rows without a record or a person are left out.

    Raises:
        InvalidInputError: if it is no CSV or Parquet, or has not the columns named.
    """
    reader = _READERS.get(truth.file.suffix.lower())
    if reader is None:
        raise InvalidInputError(f"{truth.file.name}: the truth is a .csv or a .parquet file")
    if not truth.file.is_file():
        raise InvalidInputError(f"there is no file {truth.file}")
    wanted = (truth.record_id_column, truth.person_id_column)
    with open_engine(scratch) as engine:
        source = {"file": str(truth.file)}
        try:
            described = engine.execute(f"select * from {reader} limit 0", source).description
            there = [column[0] for column in described or []]
            missing = [name for name in wanted if name not in there]
            if missing:
                raise InvalidInputError(
                    f"{truth.file.name} has no column {', '.join(missing)}; it has "
                    f"{', '.join(there)}: name them by --record-id-column and --person-id-column"
                )
            record_id, person_id = (_quoted(name) for name in wanted)
            table = engine.execute(
                f"select {record_id}::varchar as record_id, {person_id}::varchar as person_id "
                f"from {reader} where {record_id} is not null and {person_id} is not null",
                source,
            ).to_arrow_table()
        except duckdb.Error as error:
            raise InvalidInputError(f"{truth.file.name} cannot be read as a table") from error
    return table.cast(TRUTH) if table.num_rows else TRUTH.empty_table()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

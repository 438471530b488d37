"""Segments: what each ingest read, kept as Parquet, and which of it is current."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from models.decision import Decision
from models.provenance import Segment
from models.tables import QUARANTINE, SOURCE_RECORDS, STANDARDISED_RECORDS
from models.workspace import Workspace
from resolution.engines.beside import worked_beside
from resolution.engines.duckdb_engine import open_engine
from resolution.ports import IngestLog, Progress
from resolution.sources.collecting import collected_records
from resolution.sources.mapping import SourceMapping
from resolution.sources.reading import read_source
from resolution.standardise.standardise import STANDARDISER_VERSION, standardise

_ROWS_PER_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What one ingest read of one source.

    Attributes:
        files_new: files read now; files_known were read before and are not read again.
        rows: in the new files; each made a record, was quarantined, or was excluded on purpose.
        reasons: quarantined rows by reason code.
    """

    source: str
    files_new: int
    files_known: int
    rows: int
    records: int
    quarantined: int
    excluded: int
    reasons: dict[str, int]


def ingest_source(
    mapping: SourceMapping,
    *,
    workspace: Workspace,
    log: IngestLog,
    clock: Callable[[], datetime],
    progress: Progress,
    databases: Mapping[str, str] | None = None,
) -> SourceSummary:
    """Read the new files of one source into a segment; none, if there is nothing new.

    The segment's tables are written whole before the log knows it, so what a crash leaves behind
    is overwritten by the next ingest.
    """
    workspace.scratch.mkdir(parents=True, exist_ok=True)
    with read_source(
        mapping,
        data_root=workspace.data,
        known_files=log.files(),
        scratch=workspace.scratch,
        databases=databases,
    ) as reading:
        if not reading.files:
            return SourceSummary(mapping.source, 0, reading.n_known, 0, 0, 0, 0, {})
        former = [segment for segment in log.segments() if segment.source == mapping.source]
        sequence = max((segment.sequence for segment in log.segments()), default=0) + 1
        files = tuple(reading.files)
        segment = Segment(sequence, mapping.source, str(mapping.delivery), clock(), files)
        batches = reading.records()
        if former and mapping.collects_deliveries:
            batches = _with_former_items(batches, workspace, former, segment)
        records = _write_records(workspace, sequence, mapping.source, batches, progress)
        reasons: Counter[str] = Counter()
        _write(
            workspace.quarantine / _name(sequence),
            QUARANTINE,
            (_counted(batch, reasons) for batch in reading.quarantine()),
        )
        log.register_segment(segment)
        return SourceSummary(
            source=mapping.source,
            files_new=len(files),
            files_known=reading.n_known,
            rows=sum(file.n_rows for file in files),
            records=records,
            quarantined=sum(file.n_quarantined for file in files),
            excluded=sum(file.n_excluded for file in files),
            reasons=dict(reasons),
        )


def _with_former_items(
    batches: Iterable[pa.RecordBatch],
    workspace: Workspace,
    former: Sequence[Segment],
    segment: Segment,
) -> Iterator[pa.RecordBatch]:
    """Return the records of a segment, each with what former segments of its source said of it."""
    with open_engine(workspace.scratch, on_disk=True) as connection:
        connection.register("arriving", pa.RecordBatchReader.from_batches(SOURCE_RECORDS, batches))
        connection.execute("create table delivered as select * from arriving")
        _find_current(
            connection,
            {one.sequence: workspace.source_records / _name(one.sequence) for one in former},
            # What the segment reads again, under a changed mapping, no longer counts.
            [*former, segment],
        )
        connection.execute("""
            create table former as select v.* exclude (sequence) from all_versions v
            join current_versions c on c.record_id = v.record_id and c.sequence = v.sequence
            semi join delivered d on d.record_id = v.record_id""")
        query = collected_records(delivered="delivered", former="former")
        for batch in connection.execute(query).to_arrow_reader(_ROWS_PER_BATCH):
            yield from pa.Table.from_batches([batch]).cast(SOURCE_RECORDS).to_batches()


def _write_records(
    workspace: Workspace,
    sequence: int,
    source: str,
    batches: Iterable[pa.RecordBatch],
    progress: Progress,
) -> int:
    """Write the records as read and as standardised, batch by batch; return how many."""
    count = 0
    for folder in (workspace.source_records, workspace.standardised_records):
        folder.mkdir(parents=True, exist_ok=True)
    read_path = workspace.source_records / _name(sequence)
    standardised_path = workspace.standardised_records / _name(sequence)
    with (
        pq.ParquetWriter(read_path, SOURCE_RECORDS, compression="zstd") as read,
        pq.ParquetWriter(standardised_path, STANDARDISED_RECORDS, compression="zstd") as made,
    ):
        tables = (pa.Table.from_batches([batch], schema=SOURCE_RECORDS) for batch in batches)
        for table, standardised in worked_beside(standardise, tables):
            read.write_table(table)
            made.write_table(standardised)
            count += table.num_rows
            progress(f"reading {source}", count, 0)
    _make_durable(read_path)
    _make_durable(standardised_path)
    return count


def _counted(batch: pa.RecordBatch, reasons: "Counter[str]") -> pa.RecordBatch:
    for pair in batch.column("reason_code").value_counts().to_pylist():
        reasons[pair["values"]] += pair["counts"]
    return batch


def _write(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
    _make_durable(path)


def _make_durable(path: Path) -> None:
    """Wait until the file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _name(sequence: int) -> str:
    return f"{sequence:06d}.parquet"


def current_source_records(workspace: Workspace, segments: Sequence[Segment]) -> tuple[Path, ...]:
    """Return the segments as read, oldest first; of a record in several the last counts."""
    return tuple(workspace.source_records / _name(segment.sequence) for segment in segments)


def collect_current(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, segments: Sequence[Segment]
) -> int:
    """Make view `standardised`: every current record once, numbered by its id; return how many.

    A record's current version is in the newest segment that holds it. A snapshot retires the
    records of its source that it does not hold, and reading a file again under a changed mapping
    replaces what the file gave before.
    """
    paths = {segment.sequence: _standardised(workspace, segment) for segment in segments}
    _find_current(connection, paths, segments)
    connection.execute("""
        create or replace view standardised as
        select v.* exclude (sequence), c.record_no from all_versions v
        join current_versions c on c.record_id = v.record_id and c.sequence = v.sequence""")
    return int(connection.execute("select count(*) from current_versions").fetchall()[0][0])


def _find_current(
    connection: duckdb.DuckDBPyConnection, paths: Mapping[int, Path], segments: Sequence[Segment]
) -> None:
    """Make `all_versions`, with the sequence of each, and `current_versions`, each record once.

    Args:
        connection: where the tables go.
        paths: the file of each segment that is looked at.
        segments: what was delivered, oldest first.
    """
    unions = [
        f"select *, {sequence} as sequence from read_parquet('{_quoted(path)}')"
        for sequence, path in paths.items()
    ]
    if not unions:
        connection.register("no_records", STANDARDISED_RECORDS.empty_table())
        unions = ["select *, 0 as sequence from no_records"]
    connection.execute(f"create or replace view all_versions as {' union all '.join(unions)}")
    connection.register("superseded_files", _superseded_files(segments))
    snapshots = {s.source: s.sequence for s in segments if s.delivery == "snapshot"}
    connection.register(
        "snapshots",
        pa.table(
            {
                "source": pa.array(snapshots.keys(), pa.string()),
                "first_sequence": pa.array(snapshots.values(), pa.int64()),
            }
        ),
    )
    connection.execute("""
        create or replace table current_versions as
        select v.record_id, max(v.sequence) as sequence,
            row_number() over (order by v.record_id) as record_no
        from all_versions v
        anti join superseded_files f on f.file_id = v.file_id and f.sequence = v.sequence
        left join snapshots s on s.source = v.source
        where s.source is null or v.sequence >= s.first_sequence
        group by v.record_id""")


def _superseded_files(segments: Sequence[Segment]) -> pa.Table:
    """Return (file_id, sequence) of files that a newer segment of their source read again."""
    newest = {(s.source, file.file_id): s.sequence for s in segments for file in s.files}
    superseded = [
        (file.file_id, s.sequence)
        for s in segments
        for file in s.files
        if newest[s.source, file.file_id] != s.sequence
    ]
    return pa.table(
        {
            "file_id": pa.array([file_id for file_id, _ in superseded], pa.string()),
            "sequence": pa.array([sequence for _, sequence in superseded], pa.int64()),
        }
    )


def _standardised(workspace: Workspace, segment: Segment) -> Path:
    """Return a segment's standardised table, made anew if its standardiser is an older one."""
    path = workspace.standardised_records / _name(segment.sequence)
    rows = pq.ParquetFile(path)
    version = next(rows.iter_batches(1, columns=["standardiser_version"]), None)
    if version is None or version.column(0)[0].as_py() == STANDARDISER_VERSION:
        return path
    beside = path.with_suffix(".writing")
    source = pq.ParquetFile(workspace.source_records / _name(segment.sequence))
    with pq.ParquetWriter(beside, STANDARDISED_RECORDS, compression="zstd") as writer:
        for batch in source.iter_batches(100_000):
            writer.write_table(standardise(pa.Table.from_batches([batch], schema=SOURCE_RECORDS)))
    _make_durable(beside)
    beside.replace(path)
    return path


def fingerprint_of(
    segments: Sequence[Segment], decisions: Sequence[Decision], model_version: str
) -> str:
    """Return a hash of all that a run's outcome depends on."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{model_version}\n{STANDARDISER_VERSION}\n".encode())
    for segment in segments:
        files = ",".join(sorted(f"{f.file_id}/{f.mapping_version}" for f in segment.files))
        digest.update(f"{segment.source} {segment.delivery} {files}\n".encode())
    for decision in decisions:
        digest.update(f"{decision.decision_id} {decision.verdict}\n".encode())
    return digest.hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")

"""Segments: what each ingest read, kept as Parquet."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from models.provenance import Segment
from models.tables import QUARANTINE, SOURCE_RECORDS, STANDARDISED_RECORDS
from models.workspace import Workspace
from resolution.current_records import find_current, make_durable, segment_file
from resolution.engines.beside import worked_beside
from resolution.engines.duckdb_engine import open_engine
from resolution.ports import IngestLog, Progress
from resolution.sources.collecting import collected_records
from resolution.sources.mapping import SourceMapping
from resolution.sources.reading import read_source
from resolution.standardise.standardise import standardise

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
        former = [
            segment
            for segment in log.segments()
            if segment.source == mapping.source or segment.live_until is not None
        ]
        sequence = max((segment.sequence for segment in log.segments()), default=0) + 1
        files = tuple(reading.files)
        segment = Segment(sequence, mapping.source, str(mapping.delivery), clock(), files)
        batches = reading.records()
        if former and mapping.collects_deliveries:
            batches = _with_former_items(batches, workspace, former, segment)
        records = write_records(workspace, sequence, mapping.source, batches, progress)
        reasons: Counter[str] = Counter()
        write_table(
            workspace.quarantine / segment_file(sequence),
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
        find_current(
            connection,
            {one.sequence: workspace.source_records / segment_file(one.sequence) for one in former},
            # What the segment reads again, under a changed mapping, no longer counts.
            [*former, segment],
            workspace,
        )
        connection.execute("""
            create table former as select v.* exclude (sequence) from all_versions v
            join current_versions c on c.record_id = v.record_id and c.sequence = v.sequence
            semi join delivered d on d.record_id = v.record_id""")
        query = collected_records(delivered="delivered", former="former")
        for batch in connection.execute(query).to_arrow_reader(_ROWS_PER_BATCH):
            yield from pa.Table.from_batches([batch]).cast(SOURCE_RECORDS).to_batches()


def write_records(
    workspace: Workspace,
    sequence: int,
    source: str,
    batches: Iterable[pa.RecordBatch],
    progress: Progress,
) -> int:
    """Write the records of a segment, as read and as standardised; return how many."""
    count = 0
    for folder in (workspace.source_records, workspace.standardised_records):
        folder.mkdir(parents=True, exist_ok=True)
    read_path = workspace.source_records / segment_file(sequence)
    standardised_path = workspace.standardised_records / segment_file(sequence)
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
    make_durable(read_path)
    make_durable(standardised_path)
    return count


def _counted(batch: pa.RecordBatch, reasons: "Counter[str]") -> pa.RecordBatch:
    for pair in batch.column("reason_code").value_counts().to_pylist():
        reasons[pair["values"]] += pair["counts"]
    return batch


def write_table(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a table of a segment, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
    make_durable(path)

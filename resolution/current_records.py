"""Which records are current, of all that the segments hold."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from models.decision import Decision
from models.provenance import Segment
from models.tables import ENDED_RECORDS, SOURCE_RECORDS, STANDARDISED_RECORDS
from models.workspace import Workspace
from resolution.standardise.standardise import STANDARDISER_VERSION, standardise


def segment_file(sequence: int) -> str:
    """Return the name of each of the files of a segment."""
    return f"{sequence:06d}.parquet"


def make_durable(path: Path) -> None:
    """Wait until the file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def current_source_records(workspace: Workspace, segments: Sequence[Segment]) -> tuple[Path, ...]:
    """Return the segments as read, oldest first; of a record in several the last counts."""
    return tuple(workspace.source_records / segment_file(segment.sequence) for segment in segments)


def collect_current(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, segments: Sequence[Segment]
) -> int:
    """Make view `standardised`: every current record once, numbered by its id; return how many.

    A record's current version is in the newest segment that holds it. A snapshot retires the
    records of its source that it does not hold, and reading a file again under a changed mapping
    replaces what the file gave before.
    """
    paths = {segment.sequence: _standardised(workspace, segment) for segment in segments}
    find_current(connection, paths, segments, workspace)
    connection.execute("""
        create or replace view standardised as
        select v.* exclude (sequence), c.record_no from all_versions v
        join current_versions c on c.record_id = v.record_id and c.sequence = v.sequence""")
    return int(connection.execute("select count(*) from current_versions").fetchall()[0][0])


def find_current(
    connection: duckdb.DuckDBPyConnection,
    paths: Mapping[int, Path],
    segments: Sequence[Segment],
    workspace: Workspace,
) -> None:
    """Make `all_versions`, with the sequence of each, and `current_versions`, each record once.

    Args:
        connection: where the tables go.
        paths: the file of each segment that is looked at.
        segments: what was delivered, oldest first.
        workspace: that holds which records live segments ended.
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
    connection.register("ended_records", _ended_records(workspace, segments))
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
        anti join ended_records e on e.record_id = v.record_id and e.sequence >= v.sequence
        left join snapshots s on s.source = v.source
        where s.source is null or v.sequence >= s.first_sequence
        group by v.record_id""")


def _ended_records(workspace: Workspace, segments: Sequence[Segment]) -> pa.Table:
    """Return (record_id, sequence) of records that were deleted, by the segments that say so."""
    tables = []
    for segment in segments:
        if segment.live_until is not None:
            ended = pq.read_table(workspace.ended_records / segment_file(segment.sequence))
            sequences = pa.array([segment.sequence] * ended.num_rows, pa.int64())
            tables.append(ended.append_column("sequence", sequences))
    empty = ENDED_RECORDS.empty_table().append_column("sequence", pa.array([], pa.int64()))
    return pa.concat_tables([empty, *tables])


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
    path = workspace.standardised_records / segment_file(segment.sequence)
    rows = pq.ParquetFile(path)
    version = next(rows.iter_batches(1, columns=["standardiser_version"]), None)
    if version is None or version.column(0)[0].as_py() == STANDARDISER_VERSION:
        return path
    beside = path.with_suffix(".writing")
    source = pq.ParquetFile(workspace.source_records / segment_file(segment.sequence))
    with pq.ParquetWriter(beside, STANDARDISED_RECORDS, compression="zstd") as writer:
        for batch in source.iter_batches(100_000):
            writer.write_table(standardise(pa.Table.from_batches([batch], schema=SOURCE_RECORDS)))
    make_durable(beside)
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
        until = "" if segment.live_until is None else segment.live_until
        digest.update(f"{segment.source} {segment.delivery} {files}{until}\n".encode())
    for decision in decisions:
        digest.update(f"{decision.decision_id} {decision.verdict}\n".encode())
    return digest.hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")

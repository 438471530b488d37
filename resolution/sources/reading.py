"""Reads what is new of one source into source records, setting aside what cannot be read."""

import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from models.provenance import IngestedFile
from resolution.sources.files import FoundFile, find_files
from resolution.sources.mapping import SourceMapping
from resolution.sources.quarantine import QuarantineFile
from resolution.sources.readers.opening import open_rows
from resolution.sources.record_sql import FileCounts, RecordMaker
from resolution.sources.staging import StagedFile, Staging, open_scratch_database

DEFAULT_MAX_LINE_BYTES = 16 << 20


class SourceReading:
    """One reading of one source; a context manager that removes its scratch files at the end.

    Attributes:
        files: what was read, with counts; empty when nothing is new.
    """

    def __init__(
        self,
        files: tuple[IngestedFile, ...],
        *,
        folder: Path | None = None,
        database: duckdb.DuckDBPyConnection | None = None,
        maker: RecordMaker | None = None,
        rejects: QuarantineFile | None = None,
    ) -> None:
        """Keep what was staged until it is asked for."""
        self.files = files
        self._folder = folder
        self._database = database
        self._maker = maker
        self._rejects = rejects

    def records(self) -> Iterator[pa.RecordBatch]:
        """Return the records (schema SOURCE_RECORDS), each id once."""
        if self._maker is not None:
            yield from self._maker.records()

    def quarantine(self) -> Iterator[pa.RecordBatch]:
        """Return the rows that could not become records (schema QUARANTINE)."""
        if self._rejects is not None and self._maker is not None:
            yield from self._rejects.batches()
            yield from self._maker.quarantine()

    def close(self) -> None:
        """Remove the scratch files; nothing can be asked for afterwards."""
        if self._database is not None:
            self._database.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "SourceReading":
        """Return the reading itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def read_source(
    mapping: SourceMapping,
    *,
    data_root: Path,
    known_files: Collection[IngestedFile],
    scratch: Path,
    max_line_bytes: int = DEFAULT_MAX_LINE_BYTES,
    memory_limit: str = "2GB",
) -> SourceReading:
    """Read the files of a source that are not known yet.

    Args:
        mapping: what to read, and how.
        data_root: where the mapping's `files` patterns start.
        known_files: files read before; one is known by its bytes and the mapping's version. A
            mapping with `details` is read whole as soon as one of its files is new.
        scratch: folder for temporary files.
        max_line_bytes: a longer line is set aside unread.
        memory_limit: of the scratch database, as DuckDB writes it.

    Raises:
        InvalidInputError: if no file matches, or a file as a whole cannot be read.
    """
    new = _new_files(mapping, data_root, known_files)
    if not new:
        return SourceReading(())
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"reading-{mapping.source}-", dir=scratch))
    database = open_scratch_database(folder / "spill", memory_limit)
    try:
        rejects = QuarantineFile(folder / "rejects.arrow", mapping.source, mapping.version)
        staging = Staging(folder, mapping, rejects)
        for file_no, (entry_no, file) in enumerate(new):
            stream = open_rows(file.path, mapping.entries[entry_no].format, max_line_bytes)
            staging.stage(stream, StagedFile(file_no, entry_no, file.file_id, file.name))
            file.check_unchanged()
        rejects.finish()
        maker = RecordMaker(database, mapping, staging.entries, staging.files)
        files = _ingested(mapping, staging, rejects, maker)
    except BaseException:
        database.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return SourceReading(files, folder=folder, database=database, maker=maker, rejects=rejects)


def _new_files(
    mapping: SourceMapping, data_root: Path, known_files: Collection[IngestedFile]
) -> list[tuple[int, FoundFile]]:
    """Return the files to read with the number of their entry, main files first."""
    known = {file.file_id for file in known_files if file.mapping_version == mapping.version}
    found = [
        (entry_no, file)
        for entry_no, entry in enumerate(mapping.entries)
        for file in find_files(data_root, entry.files)
    ]
    new = [(entry_no, file) for entry_no, file in found if file.file_id not in known]
    return found if new and mapping.details else new


def _ingested(
    mapping: SourceMapping, staging: Staging, rejects: QuarantineFile, maker: RecordMaker
) -> tuple[IngestedFile, ...]:
    counts = maker.counts()
    ingested = []
    for file in staging.files:
        staged = staging.entries[file.entry_no].n_rows[file.file_no]
        count = counts.get(file.file_no, FileCounts())
        n_rejects = rejects.counts[file.file_no]
        ingested.append(IngestedFile(
            file_id=file.file_id,
            file_name=file.file_name,
            source=mapping.source,
            mapping_version=mapping.version,
            n_rows=staged + n_rejects,
            n_records=count.n_records,
            n_quarantined=n_rejects + count.n_quarantined,
            n_excluded=count.n_excluded,
        ))  # fmt: skip
    return tuple(ingested)

"""Reads what is new of one source into source records, setting aside what cannot be read."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from models.errors import InvalidInputError
from models.provenance import IngestedFile
from resolution.sources.files import FoundFile, find_files
from resolution.sources.formats import DatabaseFormat
from resolution.sources.mapping import SourceMapping
from resolution.sources.quarantine import QuarantineFile
from resolution.sources.readers.opening import open_rows
from resolution.sources.readers.tables import read_database
from resolution.sources.record_sql import FileCounts, RecordMaker
from resolution.sources.rows import Reject, RowStream
from resolution.sources.staging import StagedFile, Staging, open_scratch_database

DEFAULT_MAX_LINE_BYTES = 16 << 20


class SourceReading:
    """One reading of one source; a context manager that removes its scratch files at the end.

    Attributes:
        files: what was read, with counts; empty when nothing is new.
        n_known: files that are there and were read before.
    """

    def __init__(
        self,
        files: tuple[IngestedFile, ...],
        *,
        n_known: int,
        folder: Path | None = None,
        database: duckdb.DuckDBPyConnection | None = None,
        maker: RecordMaker | None = None,
        rejects: QuarantineFile | None = None,
    ) -> None:
        """Keep what was staged until it is asked for."""
        self.files = files
        self.n_known = n_known
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
    databases: Mapping[str, str] | None = None,
) -> SourceReading:
    """Read the files of a source that are not known yet.

    Args:
        mapping: what to read, and how.
        data_root: where the mapping's `files` patterns start.
        known_files: files read before; one is known by its bytes and the mapping's version. A
            mapping with `details` is read whole as soon as one of its files is new.
        scratch: folder for temporary files.
        max_line_bytes: a longer line or element is set aside unread.
        memory_limit: of the scratch database, as DuckDB writes it.
        databases: the address of every database a mapping may name as its `connection`.

    Raises:
        InvalidInputError: if no file matches, or a file as a whole cannot be read.
        BackendUnavailableError: if a database cannot be reached.
    """
    known = {file.file_id for file in known_files if file.mapping_version == mapping.version}
    found = _found_files(mapping, data_root)
    new = [file for file in found if file.file_id not in known]
    n_known = len(found) - len(new)
    has_database = any(entry.format.type == "database" for entry in mapping.entries)
    if not new and not has_database:
        return SourceReading((), n_known=n_known)
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"reading-{mapping.source}-", dir=scratch))
    reader = _Reader(mapping, folder, data_root, max_line_bytes, databases or {})
    database = open_scratch_database(folder / "spill", memory_limit)
    try:
        reader.stage_all(found if mapping.details else new)
        if all(file.file_id in known for file in reader.staging.files):
            reading = SourceReading((), n_known=n_known, folder=folder, database=database)
            reading.close()
            return reading
        maker = RecordMaker(database, mapping, reader.staging.entries)
        files = _ingested(mapping, reader.staging, reader.rejects, maker)
    except BaseException:
        database.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return SourceReading(
        files,
        n_known=n_known,
        folder=folder,
        database=database,
        maker=maker,
        rejects=reader.rejects,
    )


@dataclass(frozen=True, slots=True)
class _EntryFile:
    """A file with the number of the entry it is read by; a database query has none."""

    entry_no: int
    file: FoundFile

    @property
    def file_id(self) -> str:
        return self.file.file_id


def _found_files(mapping: SourceMapping, data_root: Path) -> list[_EntryFile]:
    """Return all present files, main files first."""
    return [
        _EntryFile(entry_no, file)
        for entry_no, entry in enumerate(mapping.entries)
        if entry.files
        for file in find_files(data_root, entry.files)
    ]


class _Reader:
    """Stages files and queries in the order of the mapping's entries."""

    def __init__(
        self,
        mapping: SourceMapping,
        folder: Path,
        data_root: Path,
        max_line_bytes: int,
        databases: Mapping[str, str],
    ) -> None:
        self._mapping = mapping
        self._data_root = data_root
        self._max_line_bytes = max_line_bytes
        self._databases = databases
        self.rejects = QuarantineFile(folder / "rejects.arrow", mapping.source, mapping.version)
        self.staging = Staging(folder, mapping, self.rejects)

    def stage_all(self, files: list[_EntryFile]) -> None:
        """Stage the given files, and every query."""
        file_no = 0
        for entry_no, entry in enumerate(self._mapping.entries):
            if isinstance(entry.format, DatabaseFormat):
                self._stage_query(file_no, entry_no, entry.format)
                file_no += 1
            for each in files:
                if each.entry_no == entry_no:
                    self._stage_file(file_no, each)
                    file_no += 1
        self.rejects.finish()

    def _stage_file(self, file_no: int, each: _EntryFile) -> None:
        file, form = each.file, self._mapping.entries[each.entry_no].format
        stream = open_rows(file.path, form, self._max_line_bytes)
        self.staging.stage(stream, StagedFile(file_no, each.entry_no, file.file_id, file.name))
        file.check_unchanged()

    def _stage_query(self, file_no: int, entry_no: int, form: DatabaseFormat) -> None:
        """Stage the rows of a query; what it gave is known by a hash of all its rows."""
        if form.connection not in self._databases:
            raise InvalidInputError(
                f"no database named {form.connection!r} is set up: add its address to the settings"
            )
        name = f"database:{form.connection}"
        with read_database(form, self._databases[form.connection], self._data_root) as stream:
            digest = hashlib.sha256(repr(stream.fields).encode())
            hashed = RowStream(stream.fields, _hashing(stream.batches, digest.update))
            self.staging.stage(hashed, StagedFile(file_no, entry_no, "", name))
        self.staging.files[-1] = StagedFile(file_no, entry_no, digest.hexdigest(), name)
        self.staging.entries[entry_no].query_id = digest.hexdigest()


def _hashing(
    batches: Iterator[pa.RecordBatch | Reject], update: Callable[[bytes], None]
) -> Iterator[pa.RecordBatch | Reject]:
    """Pass batches on, telling their contents."""
    for batch in batches:
        if isinstance(batch, pa.RecordBatch):
            update(json.dumps(batch.to_pydict(), ensure_ascii=True).encode())
        yield batch


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

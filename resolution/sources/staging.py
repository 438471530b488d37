"""Stages the raw rows of files as tables of a scratch database, one for each entry."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from models.errors import InvalidInputError
from resolution.sources.mapping import SourceMapping
from resolution.sources.mapping_language import Entry
from resolution.sources.quarantine import QuarantineFile
from resolution.sources.row_sql import paths_of_columns
from resolution.sources.rows import DOCUMENT, POSITION, Reject, RowStream


def open_scratch_database(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """Open a database for staging; it keeps to its memory and never fetches an extension."""
    return duckdb.connect(
        str(path),
        config={
            "threads": 2,
            "memory_limit": memory_limit,
            "temp_directory": str(path.with_suffix(".spill")),
            "max_temp_directory_size": "500GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
        },
    )


@dataclass(slots=True)
class StagedEntry:
    """The staged rows of one entry.

    Attributes:
        columns: the SQL name of each column by title; None when rows are documents.
    """

    entry: Entry
    table: str
    columns: dict[str, str] | None = None
    n_rows: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file that was read."""

    file_no: int
    entry_no: int
    file_id: str
    file_name: str


class Staging:
    """Puts the rows of files into tables, and their rejects into quarantine."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        mapping: SourceMapping,
        quarantine: QuarantineFile,
    ) -> None:
        """Prepare one table for each entry."""
        self._database = database
        self._mapping = mapping
        self._quarantine = quarantine
        self.entries = [
            StagedEntry(entry, f"rows_{entry_no}") for entry_no, entry in enumerate(mapping.entries)
        ]
        self.files: list[StagedFile] = []
        for staged in self.entries:
            database.execute(
                f"CREATE TABLE {staged.table} (file_no INTEGER, file_name VARCHAR, row BIGINT, "
                "line BIGINT, byte_offset BIGINT)"
            )

    def stage(self, stream: RowStream, file: StagedFile) -> None:
        """Read one file to its end.

        Raises:
            InvalidInputError: if a column the mapping names is not there.
        """
        staged = self.entries[file.entry_no]
        names = self._columns_of(staged, stream.fields, file.file_name)
        targets = ", ".join(["file_no", "file_name", *(each.name for each in POSITION), *names])
        texts = [f"c{at}::VARCHAR" for at in range(len(names))]
        if stream.fields is None:
            texts = [DOCUMENT]
        chosen = ", ".join([*(each.name for each in POSITION), *texts])
        insert = f"INSERT INTO {staged.table} ({targets}) SELECT ?, ?, {chosen} FROM batch"
        n_rows = 0
        self._database.begin()
        for piece in stream.batches:
            if isinstance(piece, Reject):
                self._quarantine.add(
                    piece, file_no=file.file_no, file_id=file.file_id, file_name=file.file_name
                )
                continue
            n_rows += piece.num_rows
            self._database.register("batch", pa.Table.from_batches([piece]))
            self._database.execute(insert, [file.file_no, file.file_name])
        self._database.commit()
        staged.n_rows[file.file_no] = n_rows
        self.files.append(file)

    def _columns_of(
        self, staged: StagedEntry, fields: tuple[str, ...] | None, file_name: str
    ) -> list[str]:
        """Return the table's columns for the fields of a file, added where they are new."""
        if fields is None:
            self._database.execute(
                f"ALTER TABLE {staged.table} ADD COLUMN IF NOT EXISTS {DOCUMENT} VARCHAR"
            )
            return [DOCUMENT]
        self._check_columns(staged.entry, fields, file_name)
        columns = staged.columns if staged.columns is not None else {}
        staged.columns = columns
        names = []
        for title in _distinct(fields):
            if title not in columns:
                columns[title] = f"c{len(columns)}"
                self._database.execute(
                    f"ALTER TABLE {staged.table} ADD COLUMN {columns[title]} VARCHAR"
                )
            names.append(columns[title])
        return names

    def _check_columns(self, entry: Entry, fields: tuple[str, ...], file_name: str) -> None:
        wanted = paths_of_columns(self._mapping, entry)
        missing = [f"{path!r} ({place})" for path, place in wanted.items() if path not in fields]
        if missing:
            raise InvalidInputError(
                f"{file_name} has no column {', '.join(missing)}; "
                f"its columns are: {', '.join(fields)}"
            )
        twice = [path for path in wanted if fields.count(path) > 1]
        if twice:
            raise InvalidInputError(
                f"{file_name} has more than one column {', '.join(map(repr, twice))}: "
                "rename them, or write `header: false` and `columns: [...]`"
            )


def _distinct(fields: tuple[str, ...]) -> list[str]:
    """Number the titles that occur again."""
    titles: list[str] = []
    for title in fields:
        n, name = 1, title
        while name in titles:
            n += 1
            name = f"{title} ({n})"
        titles.append(name)
    return titles

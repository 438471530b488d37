"""Stages the raw rows of files as Parquet, one view over the files of each entry."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from models.errors import InvalidInputError
from resolution.sources.mapping import SourceMapping
from resolution.sources.mapping_language import Entry
from resolution.sources.quarantine import QuarantineFile
from resolution.sources.readers.mistaken import advice_on_delimiter
from resolution.sources.row_sql import paths_of_columns
from resolution.sources.rows import DOCUMENT, POSITION, Reject, RowStream
from resolution.sources.value_sql import sql_text

# Which file a staged row is from.
_STAMPS = [
    pa.field("file_no", pa.int32()),
    pa.field("file_id", pa.string()),
    pa.field("file_name", pa.string()),
]


def open_scratch_database(folder: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that spills to a folder and never fetches an extension."""
    database = duckdb.connect(
        ":memory:",
        config={
            "threads": 2,
            "memory_limit": memory_limit,
            "temp_directory": str(folder),
            "max_temp_directory_size": "500GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
        },
    )
    # DuckDB takes a process without a main file for a notebook, and would draw on its output
    database.execute("set enable_progress_bar = false")
    return database


@dataclass(slots=True)
class StagedEntry:
    """The staged rows of one entry.

    Attributes:
        table: the name of the view.
        columns: the SQL name of each column by title; None when rows are documents.
        paths: the staged files.
        n_rows: staged rows by number of the file.
        query_id: for a query, the id its rows are known by; only known once all are read.
    """

    entry: Entry
    table: str
    columns: dict[str, str] | None = None
    paths: list[Path] = field(default_factory=list)
    n_rows: dict[int, int] = field(default_factory=dict)
    query_id: str | None = None

    def view(self) -> str:
        """Write the view over all staged files; a column that a file lacks is null in it."""
        paths = ", ".join(sql_text(str(path)) for path in self.paths)
        names = [DOCUMENT] if self.columns is None else list(self.columns.values())
        chosen = ", ".join([*(each.name for each in _STAMPS + POSITION), *names])
        if self.query_id is not None:
            chosen = chosen.replace("file_id", f"{sql_text(self.query_id)} AS file_id", 1)
        return (
            f"CREATE VIEW {self.table} AS SELECT {chosen} "
            f"FROM read_parquet([{paths}], union_by_name = true)"
        )


@dataclass(frozen=True, slots=True)
class StagedFile:
    """One file that was read."""

    file_no: int
    entry_no: int
    file_id: str
    file_name: str


class Staging:
    """Puts the rows of files aside as Parquet, and their rejects into quarantine."""

    def __init__(self, folder: Path, mapping: SourceMapping, quarantine: QuarantineFile) -> None:
        """Begin with nothing staged."""
        self._folder = folder
        self._mapping = mapping
        self._quarantine = quarantine
        self.entries = [
            StagedEntry(entry, f"rows_{entry_no}") for entry_no, entry in enumerate(mapping.entries)
        ]
        self.files: list[StagedFile] = []

    def stage(self, stream: RowStream, file: StagedFile) -> None:
        """Read one file to its end.

        Raises:
            InvalidInputError: if a column the mapping names is not there.
        """
        staged = self.entries[file.entry_no]
        schema = self._schema(staged, stream.fields, file.file_name)
        mapped = self._mapped_columns(staged.entry, stream.fields)
        path = self._folder / f"rows-{file.file_no}.parquet"
        n_rows = 0
        with pq.ParquetWriter(
            str(path), schema, compression="lz4", use_dictionary=["file_id", "file_name"],
            write_statistics=False,
        ) as writer:  # fmt: skip
            for piece in stream.batches:
                if isinstance(piece, Reject):
                    self._quarantine.add(
                        piece, file_no=file.file_no, file_id=file.file_id, file_name=file.file_name
                    )
                    continue
                n_rows += piece.num_rows
                stamps = [
                    pa.repeat(pa.scalar(file.file_no, pa.int32()), piece.num_rows),
                    pa.repeat(pa.scalar(file.file_id), piece.num_rows),
                    pa.repeat(pa.scalar(file.file_name), piece.num_rows),
                ]
                columns = [*stamps, *_trimmed(piece, mapped)]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
        staged.paths.append(path)
        staged.n_rows[file.file_no] = n_rows
        self.files.append(file)

    def _schema(
        self, staged: StagedEntry, fields: tuple[str, ...] | None, file_name: str
    ) -> pa.Schema:
        """Return what the staged rows of a file look like, its columns named as the entry's."""
        if staged.paths and (fields is None) != (staged.columns is None):
            raise InvalidInputError(
                f"{file_name} is not nested as the other files of this mapping are: "
                "give it a mapping of its own"
            )
        names = [DOCUMENT]
        if fields is not None:
            check_columns(self._mapping, staged.entry, fields, file_name)
            columns = staged.columns if staged.columns is not None else {}
            staged.columns = columns
            titles = _distinct(fields)
            names = [columns.setdefault(title, f"c{len(columns)}") for title in titles]
        return pa.schema(_STAMPS + POSITION + [pa.field(name, pa.string()) for name in names])

    def _mapped_columns(self, entry: Entry, fields: tuple[str, ...] | None) -> set[int]:
        """Return the positions in a batch of the columns that the mapping reads."""
        wanted = paths_of_columns(self._mapping, entry)
        first = len(POSITION)
        return {at for at, title in enumerate(fields or (), start=first) if title in wanted}


def check_columns(
    mapping: SourceMapping, entry: Entry, fields: tuple[str, ...], file_name: str
) -> None:
    """Refuse columns among which one that the mapping reads is missing, or stands twice.

    Raises:
        InvalidInputError: naming the columns and where the mapping names them.
    """
    wanted = paths_of_columns(mapping, entry)
    missing = [f"{path!r} ({place})" for path, place in wanted.items() if path not in fields]
    if missing:
        raise InvalidInputError(
            f"{file_name} has no column {', '.join(missing)}; "
            f"its columns are: {', '.join(fields)}{advice_on_delimiter(entry.format, fields)}"
        )
    twice = [path for path in wanted if fields.count(path) > 1]
    if twice:
        raise InvalidInputError(
            f"{file_name} has more than one column {', '.join(map(repr, twice))}: "
            "rename them, or write `header: false` and `columns: [...]`"
        )


def _trimmed(batch: pa.RecordBatch, mapped: set[int]) -> list[pa.Array]:
    """Trim the text of mapped columns; what is not mapped stays as it is."""
    return [
        pc.utf8_trim_whitespace(column) if at in mapped else column
        for at, column in enumerate(batch.columns)
    ]


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

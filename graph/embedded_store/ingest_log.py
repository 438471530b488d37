"""Keeps which files were read and which segments hold the current records."""

import sqlite3
from datetime import datetime

from graph.embedded_store.connections import Connected
from models.errors import BackendUnavailableError, InvalidInputError
from models.provenance import IngestedFile, Segment

_FILE_COLUMNS = (
    "file_id, file_name, source, mapping_version, n_rows, n_records, n_quarantined, n_excluded"
)


class EmbeddedIngestLog(Connected):
    """Reads and extends the log of what was ingested."""

    def files(self) -> list[IngestedFile]:
        """Return every file ever read, in the order they were."""
        return [file for segment in self.segments() for file in segment.files]

    def segments(self) -> list[Segment]:
        """Return every registered segment in order of sequence."""
        files: dict[int, list[IngestedFile]] = {}
        with self._pool.reading() as connection:
            for sequence, *columns in connection.execute(
                f"SELECT sequence, {_FILE_COLUMNS} FROM ingested_file ORDER BY sequence, position"
            ):
                files.setdefault(sequence, []).append(IngestedFile(*columns))
            rows = connection.execute(
                "SELECT sequence, source, delivery, at, live_until FROM segment ORDER BY sequence"
            ).fetchall()
        return [
            Segment(
                sequence,
                source,
                delivery,
                datetime.fromisoformat(at),
                tuple(files.get(sequence, ())),
                live_until,
            )
            for sequence, source, delivery, at, live_until in rows
        ]

    def register_segment(self, segment: Segment) -> None:
        """Make a written segment count, durably; its sequence must be the next.

        Raises:
            BackendUnavailableError: if its sequence is not the next: another ingest came between.
            InvalidInputError: if one of its files was read before by the same mapping.
        """
        with self._pool.writing() as connection:
            (last,) = connection.execute(
                "SELECT coalesce(max(sequence), 0) FROM segment"
            ).fetchone()
            if segment.sequence != last + 1:
                raise BackendUnavailableError(
                    f"segment {segment.sequence} does not follow {last}: another was registered"
                )
            connection.execute(
                "INSERT INTO segment VALUES (?, ?, ?, ?, ?)",
                (
                    segment.sequence, segment.source, segment.delivery, segment.at.isoformat(),
                    segment.live_until,
                ),
            )  # fmt: skip
            for position, file in enumerate(segment.files):
                _add_file(connection, segment.sequence, position, file)


def _add_file(
    connection: sqlite3.Connection, sequence: int, position: int, file: IngestedFile
) -> None:
    try:
        connection.execute(
            f"INSERT INTO ingested_file (sequence, position, {_FILE_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sequence, position, file.file_id, file.file_name, file.source,
                file.mapping_version, file.n_rows, file.n_records, file.n_quarantined,
                file.n_excluded,
            ),
        )  # fmt: skip
    except sqlite3.IntegrityError as error:
        raise InvalidInputError(f"file {file.file_name!r} was read before") from error

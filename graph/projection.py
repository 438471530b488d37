"""Turns the Parquet files of a run into the rows a store takes, with DuckDB."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from graph.engine import Engine
from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT
from graph.store import RECORD_HASHES
from models.errors import BackendUnavailableError
from models.tables import SOURCE_RECORDS, STANDARDISED_RECORDS

_ROWS_AT_ONCE = 100_000
_BODIES_AT_ONCE = 20_000


class Projection:
    """Reads run artefacts in batches; its memory is that of the engine, whatever their size."""

    def __init__(self, engine: Engine) -> None:
        self._duckdb = engine.connection

    def count(self, path: Path) -> int:
        """Return how many rows a file holds."""
        return self._value("SELECT count(*) FROM read_parquet($file)", path)

    def count_distinct(self, path: Path) -> int:
        """Return how many different rows a file holds."""
        return self._value(
            "SELECT count(*) FROM (SELECT DISTINCT * FROM read_parquet($file))", path
        )

    def rows(self, path: Path) -> Iterator[pa.RecordBatch]:
        """Return the rows of a file as they stand."""
        return self._stream("SELECT * FROM read_parquet($file)", {"file": str(path)}, _ROWS_AT_ONCE)

    def compare_records(
        self,
        source_records: Sequence[Path],
        standardised_records: Path,
        served: Iterable[pa.RecordBatch],
    ) -> None:
        """Find out which records are new, changed or gone; the next two methods tell.

        Args:
            source_records: segments, oldest first; of a record in several the last counts.
            standardised_records: the current records.
            served: what the store serves now (schema RECORD_HASHES).
        """
        self._segments = [str(path) for path in source_records]
        self._standardised = str(standardised_records)
        reader = pa.RecordBatchReader.from_batches(RECORD_HASHES, served)
        self._duckdb.register("served_stream", reader)
        self._run("CREATE OR REPLACE TABLE served AS SELECT * FROM served_stream")
        self._find_newest()
        # The layouts count as content: rows packed by former ones are packed anew.
        self._run(
            f"CREATE OR REPLACE TABLE current_hash AS SELECT record_id, (hash(one.h, other.h,"
            f" '{SOURCE_LAYOUT.text}', '{STANDARDISED_LAYOUT.text}') >> 1)::BIGINT AS content_hash"
            f" FROM (SELECT record_id, {_hash(SOURCE_RECORDS)} AS h FROM {self._source()}) AS one"
            f" JOIN (SELECT record_id, {_hash(STANDARDISED_RECORDS)} AS h"
            "   FROM read_parquet($standardised)) AS other USING (record_id)",
            standardised=self._standardised,
            segments=self._segments,
        )

    def changed_records(self) -> Iterator[pa.RecordBatch]:
        """Return the bodies of new and changed records (schema RECORD_BODIES)."""
        return self._stream(
            "WITH changed AS (SELECT * FROM current_hash"
            "  ANTI JOIN served USING (record_id, content_hash))"
            " SELECT changed.record_id, content_hash, standard.role,"
            f" {SOURCE_LAYOUT.pack_sql('original')} AS source_record,"
            f" {STANDARDISED_LAYOUT.pack_sql('standard')} AS standardised"
            " FROM read_parquet($standardised) AS standard JOIN changed USING (record_id)"
            f" JOIN {self._source()} AS original USING (record_id)",
            {"standardised": self._standardised, "segments": self._segments},
            _BODIES_AT_ONCE,
        )

    def removed_records(self) -> Iterator[pa.RecordBatch]:
        """Return the ids of records that are served now and gone."""
        return self._stream(
            "SELECT record_id FROM served ANTI JOIN current_hash USING (record_id)",
            {},
            _ROWS_AT_ONCE,
        )

    def _find_newest(self) -> None:
        """Note where the newest version of every record stands, if there are several segments."""
        if len(self._segments) > 1:
            self._run(
                "CREATE OR REPLACE TABLE newest AS SELECT place.filename AS filename,"
                " place.file_row_number AS file_row_number FROM ("
                "  SELECT arg_max({'filename': filename, 'file_row_number': file_row_number},"
                "   (list_position($segments, filename), file_row_number)) AS place"
                "  FROM read_parquet($segments, filename = true, file_row_number = true)"
                "  GROUP BY record_id)",
                segments=self._segments,
            )

    def _source(self) -> str:
        """Return SQL for the newest version of every source record."""
        if len(self._segments) == 1:
            return "read_parquet($segments)"
        return (
            "(SELECT * FROM read_parquet($segments, filename = true, file_row_number = true)"
            " SEMI JOIN newest USING (filename, file_row_number))"
        )

    def _run(self, sql: str, **parameters: object) -> None:
        try:
            self._duckdb.execute(sql, parameters)
        except duckdb.Error as error:
            raise BackendUnavailableError(f"a run artefact cannot be read: {error}") from error

    def _value(self, sql: str, path: Path) -> int:
        try:
            row = self._duckdb.execute(sql, {"file": str(path)}).fetchone()
        except duckdb.Error as error:
            raise BackendUnavailableError(f"{path.name} cannot be read: {error}") from error
        return int(row[0]) if row else 0

    def _stream(
        self, sql: str, parameters: dict[str, object], at_once: int
    ) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._duckdb.cursor().execute(sql, parameters).to_arrow_reader(at_once)
        except duckdb.Error as error:
            raise BackendUnavailableError(f"a run artefact cannot be read: {error}") from error


def _hash(schema: pa.Schema) -> str:
    columns = ", ".join(f'"{name}"' for name in schema.names)
    return f"hash({columns})"

"""Turns the Parquet files of a run into the rows a store takes, with DuckDB."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from graph.engine import Engine
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

    def record_bodies(
        self, source_records: Sequence[Path], standardised_records: Path
    ) -> Iterator[pa.RecordBatch]:
        """Return record_id, role and both bodies as JSON for every standardised record.

        Args:
            source_records: segments, oldest first; of a record in several the last counts.
            standardised_records: the current records.
        """
        files = [str(path) for path in source_records]
        current = "read_parquet($segments)"
        if len(files) > 1:
            # Rows are picked by position, so that only ids and numbers are sorted out first.
            current = (
                "(SELECT whole.* EXCLUDE (filename, file_row_number)"
                " FROM read_parquet($segments, filename = true, file_row_number = true) AS whole"
                " SEMI JOIN (SELECT arg_max((filename, file_row_number),"
                "   (list_position($segments, filename), file_row_number)) AS place"
                "   FROM read_parquet($segments, filename = true, file_row_number = true)"
                "   GROUP BY record_id) AS newest"
                " ON place = (whole.filename, whole.file_row_number))"
            )
        return self._stream(
            f"WITH source AS (SELECT {_columns(SOURCE_RECORDS)} FROM {current}),"
            f" standard AS (SELECT {_columns(STANDARDISED_RECORDS)} FROM read_parquet($standard))"
            " SELECT standard.record_id, standard.role,"
            " CAST(to_json(source) AS VARCHAR) AS source_record,"
            " CAST(to_json(standard) AS VARCHAR) AS standardised"
            " FROM standard JOIN source USING (record_id)",
            {"segments": files, "standard": str(standardised_records)},
            _BODIES_AT_ONCE,
        )

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


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema.names)

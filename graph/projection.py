"""Turns the Parquet files of a run into the rows a store takes, with DuckDB."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

# What a record is a version of: segments may hold the same record from several files.
_VERSION = "record_id, file_id, mapping_version"


class Projection:
    """Reads run artefacts in batches; its memory is that of the engine, whatever their size."""

    def __init__(self, engine: Engine) -> None:
        self._duckdb = engine.connection
        self._files: dict[str, object] = {}

    def count(self, path: Path) -> int:
        """Return how many rows a file holds."""
        return self._value("SELECT count(*) FROM read_parquet($file)", path)

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
            source_records: segments that hold, among others, what was standardised.
            standardised_records: every current record, once.
            served: what the store serves now (schema RECORD_HASHES).
        """
        self._files = {
            "source": [str(path) for path in source_records],
            "standardised": str(standardised_records),
        }
        reader = pa.RecordBatchReader.from_batches(RECORD_HASHES, served)
        self._duckdb.register("served_stream", reader)
        self._run("CREATE OR REPLACE TABLE served AS SELECT * FROM served_stream", {})
        # The layouts count as content: rows packed by former ones are packed anew.
        self._run(
            f"CREATE OR REPLACE TABLE current_hash AS SELECT record_id, (hash(one.h, other.h,"
            f" '{SOURCE_LAYOUT.text}', '{STANDARDISED_LAYOUT.text}') >> 1)::BIGINT AS content_hash"
            f" FROM (SELECT {_VERSION}, {_hash(SOURCE_RECORDS)} AS h FROM read_parquet($source))"
            f" AS one JOIN (SELECT {_VERSION}, {_hash(STANDARDISED_RECORDS)} AS h"
            f"   FROM read_parquet($standardised)) AS other USING ({_VERSION})",
            self._files,
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
            f" JOIN read_parquet($source) AS original USING ({_VERSION})",
            self._files,
            _BODIES_AT_ONCE,
        )

    def removed_records(self) -> Iterator[pa.RecordBatch]:
        """Return the ids of records that are served now and gone."""
        return self._stream(
            "SELECT record_id FROM served ANTI JOIN current_hash USING (record_id)",
            {},
            _ROWS_AT_ONCE,
        )

    def _run(self, sql: str, parameters: Mapping[str, object]) -> None:
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
        self, sql: str, parameters: Mapping[str, object], at_once: int
    ) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._duckdb.cursor().execute(sql, parameters).to_arrow_reader(at_once)
        except duckdb.Error as error:
            raise BackendUnavailableError(f"a run artefact cannot be read: {error}") from error


def _hash(schema: pa.Schema) -> str:
    columns = ", ".join(f'"{name}"' for name in schema.names)
    return f"hash({columns})"

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

# The house number and the postcode are an address, where both are known: the words between are
# written in many ways.
_USES = """
    SELECT DISTINCT record_id, kind, value FROM (
        SELECT record_id, 'document' AS kind, unnest(documents).number AS value
        FROM read_parquet($file)
        UNION ALL SELECT record_id, 'phone', unnest(phones).number FROM read_parquet($file)
        UNION ALL SELECT record_id, 'email', unnest(emails).address FROM read_parquet($file)
        UNION ALL SELECT record_id, 'address',
            coalesce(address.number || ' ' || address.postcode, address.text)
        FROM (SELECT record_id, unnest(addresses) AS address FROM read_parquet($file)))
    WHERE value <> ''"""
_RELATIONS = """
    WITH said AS (
        SELECT record_id, unnest(relations) AS relation FROM read_parquet($file))
    SELECT DISTINCT said.record_id, other.record_id AS other_id,
        coalesce(relation.kind, 'related') AS kind
    FROM said JOIN read_parquet($file) AS other ON other.record_id = relation.reference
    WHERE said.record_id <> other.record_id"""


class Projection:
    """Reads run artefacts in batches; its memory is that of the engine, whatever their size."""

    def __init__(self, engine: Engine) -> None:
        self._duckdb = engine.connection
        self._files: dict[str, object] = {}
        self.n_rows = 0

    def count(self, path: Path) -> int:
        """Return how many rows a file holds."""
        return self._value("SELECT count(*) FROM read_parquet($file)", path)

    def rows(self, path: Path) -> Iterator[pa.RecordBatch]:
        """Return the rows of a file as they stand."""
        return self._stream("SELECT * FROM read_parquet($file)", {"file": str(path)}, _ROWS_AT_ONCE)

    def attribute_uses(self, standardised_records: Path) -> Iterator[pa.RecordBatch]:
        """Return which record gives which document, phone, e-mail or address."""
        return self._stream(_USES, {"file": str(standardised_records)}, _ROWS_AT_ONCE)

    def relations(self, standardised_records: Path) -> Iterator[pa.RecordBatch]:
        """Return what sources say of two records, where both are current."""
        return self._stream(_RELATIONS, {"file": str(standardised_records)}, _ROWS_AT_ONCE)

    def count_rows(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass batches on, and keep count in `n_rows`."""
        self.n_rows = 0
        for batch in batches:
            self.n_rows += batch.num_rows
            yield batch

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

"""Measures the identities of a run: counts in tables, shapes with NetworkX where one is open."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from graph.engine import Engine
from graph.metrics import graph_quality
from models.errors import BackendUnavailableError
from models.tables import IDENTITY_QUALITY

_AT_ONCE = 20_000

_MEMBERS = """
    CREATE OR REPLACE TABLE quality_link AS
    SELECT one.identity_id, left_id, right_id
    FROM read_parquet($links)
    JOIN read_parquet($memberships) AS one ON one.record_id = left_id
    JOIN read_parquet($memberships) AS other ON other.record_id = right_id
    WHERE match_weight + source_weight >= $link_weight AND one.identity_id = other.identity_id;
    CREATE OR REPLACE TABLE quality_count AS
    WITH member AS (
        SELECT identity_id, count(*) AS n_records FROM read_parquet($memberships)
        GROUP BY identity_id HAVING count(*) > 1),
    link AS (SELECT identity_id, count(*) AS n_links FROM quality_link GROUP BY identity_id),
    -- a lone year or month says nothing against a day
    value AS (
        SELECT identity_id,
            count(DISTINCT born.date) FILTER (WHERE born.precision = 'day') AS n_dates_of_birth
        FROM (SELECT record_id, unnest(dates_of_birth) AS born FROM read_parquet($standardised))
        JOIN read_parquet($memberships) USING (record_id) GROUP BY identity_id),
    sex AS (
        SELECT identity_id,
            count(DISTINCT sex.code) FILTER (WHERE sex.code IN ('M', 'F')) AS n_sexes
        FROM (SELECT record_id, unnest(sexes) AS sex FROM read_parquet($standardised))
        JOIN read_parquet($memberships) USING (record_id) GROUP BY identity_id)
    SELECT identity_id, n_records, coalesce(n_links, 0) AS n_links,
        coalesce(n_dates_of_birth, 0) AS n_dates_of_birth, coalesce(n_sexes, 0) AS n_sexes
    FROM member LEFT JOIN link USING (identity_id) LEFT JOIN value USING (identity_id)
    LEFT JOIN sex USING (identity_id)"""

# Where every two records are linked the shape is known: only the others need a graph each.
_OPEN = """
    SELECT identity_id, list_sort(list(DISTINCT record_id)) AS record_ids,
        any_value(left_ids) AS left_ids, any_value(right_ids) AS right_ids
    FROM quality_count JOIN read_parquet($memberships) USING (identity_id)
    LEFT JOIN (SELECT identity_id, list(left_id ORDER BY left_id, right_id) AS left_ids,
        list(right_id ORDER BY left_id, right_id) AS right_ids
        FROM quality_link GROUP BY identity_id) USING (identity_id)
    WHERE n_links < n_records * (n_records - 1) / 2 GROUP BY identity_id"""

_SHAPE = pa.schema(
    [
        pa.field("identity_id", pa.string()),
        pa.field("diameter", pa.int64()),
        pa.field("n_bridges", pa.int64()),
        pa.field("n_articulation_points", pa.int64()),
        pa.field("is_connected", pa.bool_()),
    ]
)

# Two values where a person has one weigh most; then records that no link holds; then one record
# that holds the others together; then how many links are missing.
_RESULT = """
    SELECT identity_id, n_records, n_links,
        2.0::DOUBLE * n_links / (n_records * (n_records - 1)) AS density,
        CASE WHEN shape.identity_id IS NULL THEN 1 ELSE shape.diameter END AS diameter,
        CASE WHEN shape.identity_id IS NOT NULL THEN shape.n_bridges
            WHEN n_records = 2 THEN 1 ELSE 0 END AS n_bridges,
        coalesce(shape.n_articulation_points, 0) AS n_articulation_points,
        n_dates_of_birth, n_sexes,
        4.0::DOUBLE * (n_dates_of_birth > 1)::INT + 4.0 * (n_sexes > 1)::INT
        + 2.0 * (NOT coalesce(is_connected, true))::INT
        + 1.0 * (coalesce(shape.n_articulation_points, 0) > 0)::INT + 1.0 - density AS concern
    FROM quality_count LEFT JOIN quality_shape AS shape USING (identity_id)"""


def measure_identities(
    engine: Engine, *, memberships: Path, links: Path, standardised: Path, link_weight: float
) -> Iterator[pa.RecordBatch]:
    """Return the quality of every identity of two records or more (schema IDENTITY_QUALITY).

    The files are those of the run; `link_weight` is the link threshold of its match model.

    Raises:
        BackendUnavailableError: if a file cannot be read.
    """
    files = {"memberships": str(memberships), "links": str(links)}
    connection = engine.connection
    try:
        for statement in _MEMBERS.split(";"):
            wanted = files | {"standardised": str(standardised), "link_weight": link_weight}
            used = {name: value for name, value in wanted.items() if f"${name}" in statement}
            connection.execute(statement, used)
        connection.execute(
            "CREATE OR REPLACE TABLE quality_shape (identity_id VARCHAR, diameter BIGINT,"
            " n_bridges BIGINT, n_articulation_points BIGINT, is_connected BOOLEAN)"
        )
        opened = connection.cursor().execute(_OPEN, {"memberships": str(memberships)})
        for batch in opened.to_arrow_reader(_AT_ONCE):
            connection.register("shapes", _shapes(batch))
            connection.execute("INSERT INTO quality_shape SELECT * FROM shapes")
            connection.unregister("shapes")
        for batch in connection.cursor().execute(_RESULT).to_arrow_reader(_AT_ONCE):
            yield batch.cast(IDENTITY_QUALITY)
    except duckdb.Error as error:
        raise BackendUnavailableError(f"a run artefact cannot be read: {error}") from error


def _shapes(batch: pa.RecordBatch) -> pa.Table:
    """Measure the graphs of some identities, each a row with its records and links."""
    identity_ids, record_ids, left_ids, right_ids = (c.to_pylist() for c in batch.columns)
    measured = [
        graph_quality(records, zip(left or (), right or (), strict=True))
        for records, left, right in zip(record_ids, left_ids, right_ids, strict=True)
    ]
    return pa.table(
        {
            "identity_id": identity_ids,
            "diameter": [one.diameter for one in measured],
            "n_bridges": [len(one.bridges) for one in measured],
            "n_articulation_points": [len(one.articulation_points) for one in measured],
            "is_connected": [one.is_connected for one in measured],
        },
        schema=_SHAPE,
    )

"""The tables that belong to a run: how their rows become those of the store."""

from dataclasses import dataclass
from typing import TypedDict

import pyarrow as pa

from graph.golden_values import PACK_QUALITY_SQL, PACK_SQL
from models.tables import (
    ATTRIBUTE_USES,
    GOLDEN_RECORDS,
    IDENTITY_QUALITY,
    MEMBERSHIPS,
    PREDICTIONS,
    RELATIONS,
    WATCHLIST_HITS,
)


@dataclass(frozen=True, slots=True)
class RunTable:
    """How one table of a run is loaded, counted and removed.

    Attributes:
        schema: what comes in.
        staging: DuckDB query from `incoming` to the columns kept until ids have numbers.
        record_ids, identity_ids, attribute_ids: DuckDB queries from `loading` to the ids that need
            numbers (see `number_ids`); None where the table has none.
        rows: DuckDB query from `loading` to the rows of the store, after the run number, in the
            order of the store's tree so that it only ever grows at its end.
        insert: SQLite statement for a run number and one such row.
        count: SQLite query for the rows of one run, as they came in.
        removal: SQLite statement for the rows of one run in a range of record or identity numbers.
    """

    schema: pa.Schema
    staging: str
    record_ids: str | None
    identity_ids: str | None
    rows: str
    insert: str
    count: str
    removal: str
    attribute_ids: str | None = None


class _Statements(TypedDict):
    insert: str
    count: str
    removal: str


def _statements(table: str, number: str, *, n_values: int, n_each: int = 1) -> _Statements:
    """Return what inserts, counts and removes rows, of which each that came in is `n_each`."""
    return {
        "insert": f"INSERT INTO {table} VALUES ({', '.join('?' * n_values)})",
        "count": f"SELECT count(*) / {n_each} FROM {table} WHERE run_no = ?",
        "removal": f"DELETE FROM {table} WHERE run_no = ? AND {number} >= ? AND {number} < ?",
    }


def _ids(*columns: str, place: str | None = None) -> str:
    """Return the ids of some columns, and by what they are put in order: by themselves if not."""
    return " UNION ALL ".join(
        f"SELECT {column} AS id, {place or column} AS place FROM loading" for column in columns
    )


RUN_TABLES: dict[str, RunTable] = {
    "memberships": RunTable(
        schema=MEMBERSHIPS,
        staging="SELECT record_id, identity_id FROM incoming",
        record_ids=_ids("record_id"),
        # In order of their records: identities that belong together then stand together.
        identity_ids=_ids("identity_id", place="record_id"),
        rows=(
            "SELECT record_number.no AS record_no, identity_number.no FROM loading"
            " JOIN record_number ON record_number.id = record_id"
            " JOIN identity_number ON identity_number.id = identity_id ORDER BY record_no"
        ),
        **_statements("membership", "record_no", n_values=3),
    ),
    "links": RunTable(
        schema=PREDICTIONS,
        staging=(
            "SELECT left_id, right_id, match_weight, blocking_rule, source_weight FROM incoming"
        ),
        record_ids=_ids("left_id", "right_id"),
        identity_ids=None,
        rows=(
            "WITH numbered AS (SELECT l.no AS left_no, r.no AS right_no, match_weight,"
            "  blocking_rule, source_weight FROM loading JOIN record_number AS l ON l.id = left_id"
            "  JOIN record_number AS r ON r.id = right_id)"
            " SELECT left_no AS record_no, right_no AS other_no, match_weight, blocking_rule,"
            "  source_weight FROM numbered UNION ALL"
            " SELECT right_no, left_no, match_weight, blocking_rule, source_weight FROM numbered"
            " ORDER BY record_no, other_no"
        ),
        **_statements("link", "record_no", n_values=6, n_each=2),
    ),
    "golden_records": RunTable(
        schema=GOLDEN_RECORDS,
        staging=f"SELECT identity_id, {PACK_SQL} AS golden_values FROM incoming",
        record_ids=None,
        identity_ids=_ids("identity_id"),
        rows=(
            "SELECT identity_number.no AS identity_no, golden_values FROM loading"
            " JOIN identity_number ON identity_number.id = identity_id ORDER BY identity_no"
        ),
        insert="INSERT INTO golden_record VALUES ((? << 40) | ?, ?)",
        count="SELECT count(*) FROM golden_record WHERE golden_no >> 40 = ?1"
        " AND golden_no BETWEEN ?1 << 40 AND (?1 + 1) << 40",
        removal=(
            "DELETE FROM golden_record"
            " WHERE golden_no >= (?1 << 40) | ?2 AND golden_no < (?1 << 40) | ?3"
        ),
    ),
    "watchlist_hits": RunTable(
        schema=WATCHLIST_HITS,
        staging="SELECT entry_id, record_id, match_weight, blocking_rule FROM incoming",
        record_ids=_ids("record_id", "entry_id"),
        identity_ids=None,
        rows=(
            "SELECT entry.no AS entry_no, record_number.no AS record_no, match_weight,"
            " blocking_rule FROM loading JOIN record_number ON record_number.id = record_id"
            " JOIN record_number AS entry ON entry.id = entry_id ORDER BY entry_no, record_no"
        ),
        **_statements("watchlist_hit", "entry_no", n_values=5),
    ),
    "attribute_uses": RunTable(
        schema=ATTRIBUTE_USES,
        staging="SELECT record_id, kind || ':' || value AS attribute_id FROM incoming",
        record_ids=_ids("record_id"),
        identity_ids=None,
        attribute_ids=_ids("attribute_id", place="record_id"),
        rows=(
            "SELECT record_number.no AS record_no, attribute_number.no AS attribute_no FROM loading"
            " JOIN record_number ON record_number.id = record_id"
            " JOIN attribute_number ON attribute_number.id = attribute_id"
            " ORDER BY record_no, attribute_no"
        ),
        **_statements("attribute_use", "record_no", n_values=3),
    ),
    "relations": RunTable(
        schema=RELATIONS,
        staging="SELECT record_id, other_id, kind FROM incoming",
        record_ids=_ids("record_id", "other_id"),
        identity_ids=None,
        rows=(
            "SELECT record_number.no AS record_no, other.no AS other_no, kind FROM loading"
            " JOIN record_number ON record_number.id = record_id"
            " JOIN record_number AS other ON other.id = other_id ORDER BY record_no, other_no, kind"
        ),
        **_statements("relation", "record_no", n_values=4),
    ),
    "identity_quality": RunTable(
        schema=IDENTITY_QUALITY,
        staging=f"SELECT identity_id, concern, {PACK_QUALITY_SQL} AS quality FROM incoming",
        record_ids=None,
        identity_ids=_ids("identity_id"),
        rows=(
            "SELECT identity_number.no AS identity_no, concern, quality FROM loading"
            " JOIN identity_number ON identity_number.id = identity_id ORDER BY identity_no"
        ),
        **_statements("identity_quality", "identity_no", n_values=4),
    ),
}

"""The tables that belong to a run: how their rows become relationships."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from graph.golden_values import PACK_QUALITY_SQL, PACK_SQL
from graph.neo4j.run_build import RunBuild
from graph.store import RECORD_BODIES
from models.errors import BackendUnavailableError
from models.tables import (
    ATTRIBUTE_USES,
    GOLDEN_RECORDS,
    IDENTITY_QUALITY,
    MEMBERSHIPS,
    PREDICTIONS,
    RELATIONS,
    WATCHLIST_HITS,
)

# A different DuckDB may hash differently: everything is then written once more, no harm done.
# One bit is given up to fit a signed integer.
CONTENT_HASH = "(hash({}) >> 1)::BIGINT AS content_hash"


@dataclass(frozen=True, slots=True)
class RunTable:
    """How one table of a run is loaded.

    Attributes:
        schema: what comes in.
        columns: what is kept of it, as DuckDB SQL, in the order of `rows`.
        place: the columns that two rows may not share.
        nodes: the columns whose values are ids of nodes, and of which kind these are.
        rows: what the query that adds relationships takes, before the hash.
    """

    schema: pa.Schema
    columns: str
    place: str
    nodes: dict[str, str]
    rows: tuple[str, ...]


RUN_TABLES: dict[str, RunTable] = {
    "memberships": RunTable(
        schema=MEMBERSHIPS,
        columns="record_id, identity_id",
        place="record_id",
        nodes={"record_id": "record", "identity_id": "identity"},
        rows=("record_id", "identity_id"),
    ),
    "links": RunTable(
        schema=PREDICTIONS,
        columns="left_id, right_id, match_weight, blocking_rule,"
        " nullif(source_weight, 0.0) AS source_weight",
        place="left_id, right_id",
        nodes={"left_id": "record", "right_id": "record"},
        rows=("left_id", "right_id", "match_weight", "blocking_rule", "source_weight"),
    ),
    "golden_records": RunTable(
        schema=GOLDEN_RECORDS,
        columns=f"identity_id, {PACK_SQL} AS golden_values,"
        " list_filter(values, lambda v: v.field = 'name')[1].value AS name",
        place="identity_id",
        nodes={"identity_id": "identity"},
        rows=("identity_id", "golden_values", "name"),
    ),
    "watchlist_hits": RunTable(
        schema=WATCHLIST_HITS,
        columns="entry_id, record_id, match_weight, blocking_rule",
        place="entry_id, record_id",
        nodes={"entry_id": "record", "record_id": "record"},
        rows=("entry_id", "record_id", "match_weight", "blocking_rule"),
    ),
    "attribute_uses": RunTable(
        schema=ATTRIBUTE_USES,
        columns="record_id, kind || ':' || value AS attribute_id",
        place="record_id, attribute_id",
        nodes={"record_id": "record", "attribute_id": "attribute"},
        rows=("record_id", "attribute_id"),
    ),
    "relations": RunTable(
        schema=RELATIONS,
        columns="record_id, other_id, kind",
        place="record_id, other_id, kind",
        nodes={"record_id": "record", "other_id": "record"},
        rows=("record_id", "other_id", "kind"),
    ),
    "identity_quality": RunTable(
        schema=IDENTITY_QUALITY,
        columns=f"identity_id, concern, {PACK_QUALITY_SQL} AS quality",
        place="identity_id",
        nodes={"identity_id": "identity"},
        rows=("identity_id", "concern", "quality"),
    ),
}

# Bodies of records have versions of their own, and are added with the rest.
ADDED_TABLES = RUN_TABLES | {
    "bodies": RunTable(
        schema=RECORD_BODIES,
        columns="record_id, role, source_record, standardised",
        place="record_id",
        nodes={"record_id": "record"},
        rows=("record_id", "role", "source_record", "standardised"),
    )
}


def load_table(build: RunBuild, name: str, batches: Iterable[pa.RecordBatch]) -> int:
    """Take in some rows of a table; return how many came in.

    Only what is not in the graph yet is to be added: what stays the same from run to run stays.

    Raises:
        BackendUnavailableError: if a row was given before.
    """
    table = RUN_TABLES[name]
    _note(build, name, table, batches)
    build.take_open(name, f"open_{name}")
    build.add_to(
        f"adding_{name}",
        f"SELECT * EXCLUDE (place) FROM loading ANTI JOIN open_{name} USING (content_hash)",
    )
    return build.value("SELECT count(*) FROM loading")


def end_what_went(build: RunBuild, name: str) -> None:
    """End what of a table is in the graph and not in this run."""
    if not build.has(f"seen_{name}"):
        build.create(f"seen_{name}", "place UBIGINT, content_hash BIGINT")
    build.take_open(name, f"open_{name}")
    build.end_unseen(name, "end_relationships")


def _note(build: RunBuild, name: str, table: RunTable, batches: Iterable[pa.RecordBatch]) -> None:
    """Put what comes in into `loading`, and into what was seen of the table."""
    build.take("incoming", batches, table.schema)
    build.run(
        f"CREATE OR REPLACE TABLE loading AS SELECT *, hash({table.place}) AS place,"
        f" {CONTENT_HASH.format(', '.join(table.rows))} FROM (SELECT {table.columns} FROM incoming)"
    )
    seen = f"seen_{name}"
    if not build.has(seen):
        build.create(seen, "place UBIGINT, content_hash BIGINT")
    build.run(f"INSERT INTO {seen} SELECT place, content_hash FROM loading")
    if build.value(f"SELECT count(*) - count(DISTINCT place) FROM {seen}"):
        raise BackendUnavailableError(f"a row of {name} was given twice: the run is not served")

"""Connected components over predictions: the plain clustering others are measured against.

Every prediction at or above a threshold joins, whatever else is known, so one false link joins
two people. The production clustering resists that; this is its yardstick.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from models.tables import CLUSTERS
from resolution.evaluate.session import open_session


def connected_components(
    record_ids: pa.Array | pa.ChunkedArray,
    predictions: pa.Table,
    threshold_match_weight: float,
    *,
    scratch: Path | None = None,
) -> pa.Table:
    """Cluster records by every prediction at or above a threshold.

    Args:
        record_ids: every record once; those no prediction joins stand alone.
        predictions: left_id, right_id, match_weight (log2 odds), such as `PREDICTIONS`;
            predictions that name other records are left out.
        threshold_match_weight: log2 odds.
        scratch: folder for temporary files.

    Returns:
        A table with schema `CLUSTERS`, in order of record id; empty for no records.
    """
    with open_session(scratch) as session:
        number_records(session, record_ids)
        session.register("predictions", predictions)
        session.execute(
            """
            create table edges as
            select l.node as a, r.node as b from predictions p
            join nodes l on l.record_id = p.left_id
            join nodes r on r.record_id = p.right_id
            where p.match_weight >= $threshold""",
            {"threshold": threshold_match_weight},
        )
        label_components(session)
        return (
            session.execute(
                """
            select record_id, min(record_id) over (partition by label) as cluster_id
            from nodes join labels using (node) order by record_id"""
            )
            .to_arrow_table()
            .cast(CLUSTERS)
        )


def number_records(
    session: duckdb.DuckDBPyConnection, record_ids: pa.Array | pa.ChunkedArray
) -> None:
    """Make `nodes` (node, record_id) and `labels` (node, label), every record by itself."""
    session.register("record_ids", pa.table({"record_id": record_ids}))
    session.execute(
        """
        create table nodes as
        select row_number() over (order by record_id) as node, record_id from record_ids"""
    )
    session.execute("create table labels as select node, node as label from nodes")


def label_components(session: duckdb.DuckDBPyConnection) -> None:
    """Join the labels that `edges` (a, b: nodes) connect; `edges` is used up.

    Each round every label moves to the neighbour, or itself, whose hash of that round is least,
    and edges within a label vanish. Hashing afresh each round makes the number of rounds
    logarithmic even for long chains (Bögeholz, Brand & Todor, 2020, "In-database connected
    component analysis"); which label remains carries no meaning.
    """
    session.execute(
        """
        create or replace table edges as
        select distinct la.label as a, lb.label as b from edges
        join labels la on la.node = edges.a join labels lb on lb.node = edges.b
        where la.label <> lb.label"""
    )
    rounds = 0
    while session.execute("select count(*) from edges").fetchall()[0][0]:
        rounds += 1
        session.execute(
            """
            create or replace table moves as
            select a as label, arg_min(b, hash(b, $rounds::bigint)) as target from (
                select a, b from edges union all select b, a from edges
                union all select distinct a, a from edges
                union all select distinct b, b from edges
            ) group by a""",
            {"rounds": rounds},
        )
        session.execute(
            """
            create or replace table labels as
            select node, coalesce(moves.target, labels.label) as label
            from labels left join moves using (label)"""
        )
        session.execute(
            """
            create or replace table edges as
            select distinct ma.target as a, mb.target as b from edges
            join moves ma on ma.label = edges.a join moves mb on mb.label = edges.b
            where ma.target <> mb.target"""
        )

"""Clusters the pairs of a run anew, by the production rule, at other link weights."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.reporting import WeightAccuracy
from models.prediction import Thresholds
from resolution.cluster.clustering import find_components, part_components
from resolution.evaluate.accuracy import evaluate_partition
from resolution.evaluate.session import open_session

_NO_CONSTRAINTS = pa.table(
    {
        "kind": pa.array([], pa.string()),
        "left_no": pa.array([], pa.int64()),
        "right_no": pa.array([], pa.int64()),
    }
)


def by_link_weight(
    predictions: pa.Table,
    record_ids: pa.ChunkedArray,
    truth: pa.Table,
    link_weights: Iterable[float],
    *,
    thresholds: Thresholds,
    duplicate_free: frozenset[str],
    scratch: Path,
) -> list[WeightAccuracy]:
    """Measure what our clustering makes of a run's predictions at higher link weights.

    Components only shrink as the link weight grows, and a run keeps every pair inside its
    components: so each is what a run at that link weight would give.

    Args:
        predictions: of the run, those the clustering asked for among them.
        record_ids: every person record of the run.
        truth: record_id and person_id.
        link_weights: none below that of the run.
        thresholds: of the run.
        duplicate_free: sources that hold each person once.
        scratch: folder for temporary files.
    """
    found = []
    with open_session(scratch) as session:
        _register(session, predictions, record_ids, duplicate_free)
        for link_weight in sorted(set(link_weights)):
            at = replace(thresholds, link_weight=link_weight)
            find_components(session, _NO_CONSTRAINTS, thresholds=at)
            part_components(session, thresholds=at)
            clusters = session.execute(
                "select r.record_id, c.cluster_no as cluster_id from clusters c "
                "join model_input r on r.unique_id = c.record_no"
            ).to_arrow_table()
            accuracy = evaluate_partition(clusters, truth, scratch=scratch)
            found.append(WeightAccuracy(link_weight, accuracy))
    return found


def _register(
    session: duckdb.DuckDBPyConnection,
    predictions: pa.Table,
    record_ids: pa.ChunkedArray,
    duplicate_free: frozenset[str],
) -> None:
    """Make what the clustering expects: `model_input` and `scored`, records numbered by id."""
    session.register("ids", pa.table({"record_id": record_ids}))
    session.register("predictions", predictions)
    session.execute(
        """
        create table model_input as
        select row_number() over (order by record_id) as unique_id, record_id,
            split_part(record_id, ':', 1) as source, false as is_watchlist,
            list_contains($duplicate_free, split_part(record_id, ':', 1)) as duplicate_free
        from ids""",
        {"duplicate_free": sorted(duplicate_free)},
    )
    session.execute(
        """
        create table scored as
        select least(l.unique_id, r.unique_id) as left_no,
            greatest(l.unique_id, r.unique_id) as right_no, p.match_weight
        from predictions p join model_input l on l.record_id = p.left_id
        join model_input r on r.record_id = p.right_id"""
    )

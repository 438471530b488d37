"""Measures clusters and predictions against records of known people.

Pairs are counted from the sizes of clusters, people and their overlaps, never listed.
"""

import math
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from models.errors import InvalidInputError
from resolution.evaluate.components import label_components, number_records
from resolution.evaluate.scores import (
    Accuracy,
    BCubedScores,
    BlockingRecall,
    ClusterErrors,
    PairScores,
    ThresholdAccuracy,
    share,
)
from resolution.evaluate.session import open_session

# n records make n (n - 1) / 2 pairs; huge clusters overflow 64 bits only past 4 billion records.
_PAIRS = "coalesce(sum(n * (n - 1) // 2), 0)::bigint"


def evaluate_partition(
    clusters: pa.Table, truth: pa.Table, *, scratch: Path | None = None
) -> Accuracy:
    """Compare a partition of records with the true one.

    Args:
        clusters: record_id and cluster_id, each record once.
        truth: record_id and person_id; a null person_id is no truth. Records not in `clusters`
            are counted and left out, as are clustered records without truth.
        scratch: folder for temporary files.

    Returns:
        Figures over the records in both tables; all shares are 1.0 when there are none.

    Raises:
        InvalidInputError: if a record is clustered twice, or the truth gives it two people.
    """
    with open_session(scratch) as session:
        session.register("clusters", clusters)
        _refuse_repeats(session, "clusters", "clustered twice")
        register_truth(session, truth)
        return _compare(session, "clusters")


def evaluate_by_threshold(
    predictions: pa.Table,
    truth: pa.Table,
    record_ids: pa.Array | pa.ChunkedArray,
    thresholds: Iterable[float],
    *,
    scratch: Path | None = None,
) -> list[ThresholdAccuracy]:
    """Measure predictions, and the connected components they make, at each threshold.

    Args:
        predictions: left_id, right_id, match_weight, each pair once, such as `PREDICTIONS`.
        truth: record_id and person_id, as for `evaluate_partition`.
        record_ids: every record that was there to be linked, once.
        thresholds: match weights (log2 odds), in any order.
        scratch: folder for temporary files.

    Returns:
        One item per distinct threshold, lowest first.

    Raises:
        InvalidInputError: if a record is given twice, or the truth gives it two people.
    """
    with open_session(scratch) as session:
        number_records(session, record_ids)
        _refuse_repeats(session, "nodes", "given twice")
        register_truth(session, truth)
        session.register("predictions", predictions)
        session.execute(
            """
            create table weighted as
            select l.node as a, r.node as b, p.match_weight as weight,
                tl.person_id = tr.person_id as is_match
            from predictions p
            join nodes l on l.record_id = p.left_id join nodes r on r.record_id = p.right_id
            left join known tl on tl.record_id = p.left_id
            left join known tr on tr.record_id = p.right_id"""
        )
        # Falling thresholds: components only grow, so each starts from the one before.
        found: list[ThresholdAccuracy] = []
        above: float | None = None
        for threshold in sorted(set(thresholds), reverse=True):
            found.append(_at_threshold(session, threshold, above))
            above = threshold
        return found[::-1]


def blocking_recall(
    candidate_pairs: pa.Table, truth: pa.Table, *, scratch: Path | None = None
) -> BlockingRecall:
    """Count the matches that blocking brought together.

    Args:
        candidate_pairs: left_id and right_id of every compared pair, each once, whatever its
            weight.
        truth: record_id and person_id of records that were there to be compared.
        scratch: folder for temporary files.

    Raises:
        InvalidInputError: if the truth gives a record two people.
    """
    with open_session(scratch) as session:
        session.register("pairs", candidate_pairs)
        register_truth(session, truth)
        [(n_candidates, n_together)] = session.execute(
            """
            select count(*), count(*) filter (tl.person_id = tr.person_id) from pairs
            left join known tl on tl.record_id = pairs.left_id
            left join known tr on tr.record_id = pairs.right_id"""
        ).fetchall()
        return BlockingRecall(n_candidates, _count_matches(session), n_together)


def blocking_recall_of_keys(
    blocking_keys: pa.Table,
    truth: pa.Table,
    *,
    n_candidate_pairs: int,
    scratch: Path | None = None,
) -> BlockingRecall:
    """Count the matches that share a blocking key, where the pairs themselves were not kept.

    Args:
        blocking_keys: key and record_id, such as `BLOCKING_KEYS`, without the keys left out as
            too common.
        truth: record_id and person_id of records that were there to be compared.
        n_candidate_pairs: how many pairs the keys made.
        scratch: folder for temporary files.

    Raises:
        InvalidInputError: if the truth gives a record two people.
    """
    with open_session(scratch) as session:
        session.register("keys", blocking_keys)
        register_truth(session, truth)
        # Within one person pairs are few, however common a key is among all records.
        session.execute(
            "create table held as select key, record_id, person_id from keys "
            "join known using (record_id)"
        )
        [(n_together,)] = session.execute(
            """
            select count(*) from (
                select distinct l.record_id, r.record_id from held l join held r
                on l.key = r.key and l.person_id = r.person_id and l.record_id < r.record_id)"""
        ).fetchall()
        return BlockingRecall(n_candidate_pairs, _count_matches(session), n_together)


def _count_matches(session: duckdb.DuckDBPyConnection) -> int:
    [(n_matches,)] = session.execute(
        f"select {_PAIRS} from (select count(*) as n from known group by person_id)"
    ).fetchall()
    return int(n_matches)


def register_truth(session: duckdb.DuckDBPyConnection, truth: pa.Table) -> None:
    """Make `known` (record_id, person_id): each record whose person is known, once.

    Raises:
        InvalidInputError: if the truth gives a record two people.
    """
    session.register("truth", truth)
    session.execute(
        """
        create table known as select distinct record_id, person_id from truth
        where record_id is not null and person_id is not null"""
    )
    _refuse_repeats(session, "known", "given two people by the truth")


def _refuse_repeats(session: duckdb.DuckDBPyConnection, table: str, complaint: str) -> None:
    """Refuse a table in which a record stands twice."""
    repeated = session.execute(
        f"select record_id from {table} group by record_id having count(*) > 1 "
        "order by record_id limit 1"
    ).fetchall()
    if repeated:
        raise InvalidInputError(f"record {repeated[0][0]!r} is {complaint}")


def _compare(session: duckdb.DuckDBPyConnection, clusters: str) -> Accuracy:
    """Compare the table or view `clusters` (record_id, cluster_id) with `known`."""
    overlaps = _overlaps(session, clusters)
    n_records = sum(n * times for n, _, _, times in overlaps)
    n_linked_matches = sum(n * (n - 1) // 2 * times for n, _, _, times in overlaps)
    precision = math.fsum(n * n * times / in_cluster for n, in_cluster, _, times in overlaps)
    recall = math.fsum(n * n * times / in_person for n, _, in_person, times in overlaps)
    exact = [
        (n, times) for n, in_cluster, in_person, times in overlaps if n == in_cluster == in_person
    ]
    n_clusters, n_linked, largest_cluster, n_merged, n_joined = _sizes(session, "cluster_sizes")
    n_people, n_matches, largest_person, n_split, _ = _sizes(session, "person_sizes")
    [(n_clustered,)] = session.execute(f"select count(*) from {clusters}").fetchall()
    [(n_known,)] = session.execute("select count(*) from known").fetchall()
    return Accuracy(
        n_records=n_records,
        n_records_without_truth=n_clustered - n_records,
        n_truth_without_record=n_known - n_records,
        pairs=PairScores(
            n_linked_matches, n_linked - n_linked_matches, n_matches - n_linked_matches
        ),
        b_cubed=BCubedScores(share(precision, n_records), share(recall, n_records)),
        clusters=ClusterErrors(
            n_clusters=n_clusters,
            n_people=n_people,
            n_merged_clusters=n_merged,
            n_split_people=n_split,
            n_exact_clusters=sum(times for _, times in exact),
            n_joined_clusters=n_joined,
            n_exact_joined_clusters=sum(times for n, times in exact if n > 1),
            largest_cluster=largest_cluster,
            largest_person=largest_person,
        ),
    )


def _overlaps(session: duckdb.DuckDBPyConnection, clusters: str) -> list[tuple[int, int, int, int]]:
    """Count overlaps of a cluster and a person by (records shared, in cluster, in person).

    Distinct sizes are few, so sums over them are made exactly, and the order of rows changes no
    digit. Leaves `cluster_sizes` and `person_sizes` (id, n, n_parts).
    """
    session.execute(
        f"""
        create or replace table cells as
        select cluster_id, person_id, count(*) as n
        from {clusters} join known using (record_id) group by all"""
    )
    for side in ("cluster", "person"):
        session.execute(
            f"""
            create or replace table {side}_sizes as
            select {side}_id, sum(n)::bigint as n, count(*) as n_parts from cells group by all"""
        )
    return session.execute(
        """
        select cells.n, c.n as in_cluster, p.n as in_person, count(*) as n_times from cells
        join cluster_sizes c using (cluster_id) join person_sizes p using (person_id)
        group by all"""
    ).fetchall()


def _sizes(session: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int, int, int, int]:
    """Return groups, pairs in them, the largest, and those of several parts and records."""
    [counts] = session.execute(
        f"""
        select count(*), {_PAIRS}, coalesce(max(n), 0), count(*) filter (n_parts > 1),
            count(*) filter (n > 1)
        from {table}"""
    ).fetchall()
    n_groups, n_pairs, largest, n_of_parts, n_of_records = counts
    return n_groups, n_pairs, largest, n_of_parts, n_of_records


def _at_threshold(
    session: duckdb.DuckDBPyConnection, threshold: float, above: float | None
) -> ThresholdAccuracy:
    """Add the edges in [threshold, above) to the components so far and compare."""
    session.execute(
        """
        create or replace table edges as
        select a, b from weighted
        where weight >= $threshold and ($above::double is null or weight < $above)""",
        {"threshold": threshold, "above": above},
    )
    label_components(session)
    session.execute(
        """
        create or replace view components as
        select record_id, label as cluster_id from nodes join labels using (node)"""
    )
    components = _compare(session, "components")
    [(n_true, n_false)] = session.execute(
        """
        select count(*) filter (is_match), count(*) filter (not is_match)
        from weighted where weight >= $threshold""",
        {"threshold": threshold},
    ).fetchall()
    n_matches = components.pairs.n_true_links + components.pairs.n_missed_matches
    return ThresholdAccuracy(threshold, PairScores(n_true, n_false, n_matches - n_true), components)

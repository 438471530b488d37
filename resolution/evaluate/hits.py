"""Measures watchlist hits against entries and records of known people."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from models.errors import InvalidInputError
from resolution.evaluate.scores import HitAccuracy, PairScores
from resolution.evaluate.session import open_session


def evaluate_hits(
    hits: pa.Table,
    *,
    entry_ids: pa.Array | pa.ChunkedArray,
    record_ids: pa.Array | pa.ChunkedArray,
    truth: pa.Table,
    entry_truth: pa.Table,
    thresholds: Iterable[float] = (),
    scratch: Path | None = None,
) -> list[HitAccuracy]:
    """Compare hits with the true ones: all that were kept, then those at each threshold.

    Args:
        hits: entry_id, record_id and match_weight, each pair once, such as `WATCHLIST_HITS`.
        entry_ids: every entry that people were screened against.
        record_ids: every person record that was screened.
        truth: record_id and person_id of person records; hits on other records are counted and
            left out.
        entry_truth: record_id of an entry and person_id of the person it is about. It is whole:
            an entry that is not in it is about nobody in the records, and its hits are false.
        thresholds: match weights (log2 odds), in any order.
        scratch: folder for temporary files.

    Returns:
        First an item without a threshold, for all hits; then one per distinct threshold, lowest
        first. All shares are 1.0 when there is nothing to be right or wrong about.

    Raises:
        InvalidInputError: if a truth gives a record or an entry two people.
    """
    with open_session(scratch) as session:
        session.register("hits", hits)
        session.register("screened", pa.table({"record_id": record_ids}))
        session.register("listed", pa.table({"record_id": entry_ids}))
        _keep_known(session, "known_records", truth, "screened")
        _keep_known(session, "known_entries", entry_truth, "listed")
        session.execute(
            """
            create table judged as
            select h.entry_id, h.match_weight, r.person_id is not null as is_known,
                coalesce(r.person_id = e.person_id, false) as is_true
            from hits h left join known_records r using (record_id)
            left join known_entries e on e.record_id = h.entry_id"""
        )
        [(n_matches, n_true_entries)] = session.execute(
            """
            select count(*), count(distinct e.record_id)
            from known_entries e join known_records r using (person_id)"""
        ).fetchall()
        return [
            _at_threshold(session, threshold, n_matches, n_true_entries)
            for threshold in (None, *sorted(set(thresholds)))
        ]


def _keep_known(
    session: duckdb.DuckDBPyConnection, name: str, truth: pa.Table, those_there: str
) -> None:
    """Make a table of the records that are there and whose person is known, each once."""
    session.register("given", truth)
    session.execute(
        f"""
        create table {name} as select distinct record_id, person_id
        from given semi join {those_there} using (record_id) where person_id is not null"""
    )
    session.unregister("given")
    repeated = session.execute(
        f"select record_id from {name} group by record_id having count(*) > 1 "
        "order by record_id limit 1"
    ).fetchall()
    if repeated:
        raise InvalidInputError(f"{repeated[0][0]!r} is given two people by the truth")


def _at_threshold(
    session: duckdb.DuckDBPyConnection,
    threshold: float | None,
    n_matches: int,
    n_true_entries: int,
) -> HitAccuracy:
    [(n_true, n_false, n_unknown, n_found, n_hit)] = session.execute(
        """
        select count(*) filter (is_true), count(*) filter (is_known and not is_true),
            count(*) filter (not is_known), count(distinct entry_id) filter (is_true),
            count(distinct entry_id)
        from judged where $threshold::double is null or match_weight >= $threshold""",
        {"threshold": threshold},
    ).fetchall()
    return HitAccuracy(
        threshold_match_weight=threshold,
        hits=PairScores(n_true, n_false, n_matches - n_true),
        n_entries_hit=n_hit,
        n_true_entries=n_true_entries,
        n_true_entries_found=n_found,
        n_hits_without_truth=n_unknown,
    )

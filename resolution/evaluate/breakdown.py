"""Says where errors lie: which people a clustering joined, and which matches each step lost."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from resolution.evaluate.accuracy import register_truth
from resolution.evaluate.scores import share
from resolution.evaluate.session import open_session


@dataclass(frozen=True, slots=True)
class KindRecall:
    """How many matches of one kind of record were found, and at which step the others were lost.

    Attributes:
        kind: of a record; a match belongs to a kind when either of its records does. None is all
            matches, "" those of which neither record is of any kind.
        n_compared: matches that blocking brought together.
        n_scored: matches brought together whose weight is at or above the link weight.
        n_linked: matches in one cluster in the end: by themselves or through other records.
    """

    kind: str | None
    n_matches: int
    n_compared: int
    n_scored: int
    n_linked: int

    @property
    def blocking_recall(self) -> float:
        """Return the share of matches that were compared."""
        return share(self.n_compared, self.n_matches)

    @property
    def scoring_recall(self) -> float:
        """Return the share of compared matches whose own weight links them."""
        return share(self.n_scored, self.n_compared)

    @property
    def recall(self) -> float:
        """Return the share of matches that ended in one cluster."""
        return share(self.n_linked, self.n_matches)


def people_joined(clusters: pa.Table, truth: pa.Table, *, scratch: Path | None = None) -> pa.Table:
    """List the people whose records a clustering put together.

    Args:
        clusters: record_id and cluster_id, each record once.
        truth: record_id and person_id; a null person_id is no truth.
        scratch: folder for temporary files.

    Returns:
        cluster_id, person_id, other_person_id (the larger of the two) and n_false_links, the pairs
        of their records; one row for each two people in a cluster, in order.

    Raises:
        InvalidInputError: if the truth gives a record two people.
    """
    with open_session(scratch) as session:
        session.register("clusters", clusters)
        register_truth(session, truth)
        return session.execute(
            """
            with cells as (
                select cluster_id, person_id, count(*) as n
                from clusters join known using (record_id) group by all)
            select l.cluster_id, l.person_id, r.person_id as other_person_id,
                l.n * r.n as n_false_links
            from cells l join cells r
                on l.cluster_id = r.cluster_id and l.person_id < r.person_id
            order by all"""
        ).to_arrow_table()


def matches_sharing_a_key(
    blocking_keys: pa.Table, truth: pa.Table, *, scratch: Path | None = None
) -> pa.Table:
    """List the matches that share a blocking key, where the pairs themselves were not kept.

    Args:
        blocking_keys: key and record_id, such as `BLOCKING_KEYS`, without the keys left out as
            too common.
        truth: record_id and person_id of records that were there to be compared.
        scratch: folder for temporary files.

    Returns:
        left_id and right_id, the smaller first, each match once.

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
        return session.execute(
            """
            select distinct l.record_id as left_id, r.record_id as right_id
            from held l join held r
            on l.key = r.key and l.person_id = r.person_id and l.record_id < r.record_id"""
        ).to_arrow_table()


def recall_by_kind(
    clusters: pa.Table,
    truth: pa.Table,
    kinds: pa.Table,
    *,
    compared: pa.Table,
    predictions: pa.Table,
    link_weight: float,
    scratch: Path | None = None,
) -> list[KindRecall]:
    """Follow the matches of each kind of record through blocking, scoring and clustering.

    Args:
        clusters: record_id and cluster_id, each record once; matches among these are counted.
        truth: record_id and person_id; a null person_id is no truth.
        kinds: record_id and kind, such as what went wrong in a record; any number for each.
        compared: left_id and right_id, the smaller first, of pairs that blocking brought together:
            at least the matches among them, each once.
        predictions: left_id, right_id and match_weight, such as `PREDICTIONS`.
        link_weight: log2 odds.
        scratch: folder for temporary files.

    Returns:
        All matches, then those of no kind, then each kind, most matches first.

    Raises:
        InvalidInputError: if the truth gives a record two people.
    """
    with open_session(scratch) as session:
        for name, table in (
            ("clusters", clusters),
            ("kinds", kinds),
            ("compared", compared),
            ("predictions", predictions),
        ):
            session.register(name, table)
        register_truth(session, truth)
        _make_matches(session, link_weight)
        rows = session.execute(
            """
            with by_kind as (
                select null as kind, left_id, right_id from matches
                union all
                (select kind, left_id, right_id from matches join kinds on record_id = left_id
                union
                select kind, left_id, right_id from matches join kinds on record_id = right_id)
                union all
                select '', left_id, right_id from matches
                anti join kinds l on l.record_id = left_id
                anti join kinds r on r.record_id = right_id)
            select b.kind, count(*) as n_matches, count(*) filter (m.is_compared),
                count(*) filter (m.is_scored), count(*) filter (m.is_linked)
            from by_kind b join matches m using (left_id, right_id)
            group by b.kind
            order by b.kind is not null, b.kind <> '', n_matches desc, b.kind"""
        ).fetchall()
        return [KindRecall(*row) for row in rows]


def _make_matches(session: duckdb.DuckDBPyConnection, link_weight: float) -> None:
    """Make `matches`: every true pair of clustered records, and how far each came."""
    session.execute(
        """
        create table matches as
        with placed as (select record_id, person_id, cluster_id from known
                        join clusters using (record_id)),
        pairs as (
            select l.record_id as left_id, r.record_id as right_id,
                l.cluster_id = r.cluster_id as is_linked
            from placed l join placed r
                on l.person_id = r.person_id and l.record_id < r.record_id)
        select pairs.*, c.left_id is not null as is_compared,
            c.left_id is not null and coalesce(p.match_weight >= $weight, false) as is_scored
        from pairs left join compared c using (left_id, right_id)
        left join predictions p using (left_id, right_id)""",
        {"weight": link_weight},
    )

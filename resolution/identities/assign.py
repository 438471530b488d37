"""Gives each cluster a stable id and says what happened to every identity.

A cluster takes the id of the former identity it shares most records with; ties go to the older
identity, then to the cluster that holds the smallest of the shared record ids: a record that is
new has no say. Each former id goes to one cluster at most. Worked as tables; only clusters and
identities that compete for each other are settled one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class LifeReport:
    """How many identities there are and what happened to them in this run."""

    identities: int
    events: dict[str, int]


def assign_identities(
    connection: duckdb.DuckDBPyConnection, *, new_identity_id: Callable[[], str], run_id: str
) -> LifeReport:
    """Make tables `memberships` (MEMBERSHIPS) and `identity_events` (IDENTITY_EVENTS).

    Args:
        connection: holds `clusters_by_id` (CLUSTERS), `former` (MEMBERSHIPS of the published run)
            and `births` (identity_id, birth).
        new_identity_id: issues an opaque id that was never issued before; called in order of the
            clusters' smallest record ids.
        run_id: named in each event's cause.
    """
    connection.execute("""
        create or replace temp table shared_records as
        select c.cluster_id, f.identity_id, count(*) as shared, min(c.record_id) as first_record,
            any_value(coalesce(b.birth, 0)) as birth
        from clusters_by_id c join former f using (record_id) left join births b using (identity_id)
        group by c.cluster_id, f.identity_id""")
    _settle(connection)
    _issue(connection, new_identity_id)
    connection.execute("""
        create or replace table memberships as
        select c.record_id, coalesce(k.identity_id, n.identity_id) as identity_id
        from clusters_by_id c left join kept k using (cluster_id)
        left join issued n using (cluster_id)""")
    make_events(connection, run_id)
    (identities,) = connection.execute(
        "select count(distinct identity_id) from memberships"
    ).fetchall()[0]
    events = connection.execute(
        "select kind, count(*) from identity_events group by kind order by kind"
    ).fetchall()
    connection.execute("drop table shared_records; drop table kept; drop table issued")
    return LifeReport(int(identities), dict(events))


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `kept` (cluster_id, identity_id): which cluster takes which former id."""
    connection.execute("""
        create or replace temp table contests as
        select *, count(*) over (partition by cluster_id) = 1
            and count(*) over (partition by identity_id) = 1 as alone from shared_records""")
    connection.execute("""
        create or replace temp table kept as
        select cluster_id, identity_id from contests where alone""")
    taken: dict[str, str] = {}
    placed: set[str] = set()
    for cluster_id, identity_id in connection.execute("""
            select cluster_id, identity_id from contests where not alone
            order by shared desc, birth, first_record, identity_id""").fetchall():
        if cluster_id not in taken and identity_id not in placed:
            taken[cluster_id] = identity_id
            placed.add(identity_id)
    _insert(connection, "kept", taken)
    connection.execute("drop table contests")


def _issue(connection: duckdb.DuckDBPyConnection, new_identity_id: Callable[[], str]) -> None:
    """Make `issued` (cluster_id, identity_id): new ids for clusters that keep none."""
    connection.execute(
        "create or replace temp table issued (cluster_id varchar, identity_id varchar)"
    )
    needing = connection.execute("""
        select cluster_id from (
            select cluster_id, min(record_id) as first_record from clusters_by_id
            group by cluster_id)
        anti join kept using (cluster_id) order by first_record""").fetchall()
    _insert(connection, "issued", {cluster_id: new_identity_id() for (cluster_id,) in needing})


def _insert(connection: duckdb.DuckDBPyConnection, table: str, pairs: dict[str, str]) -> None:
    connection.register(
        "pairs_arrow",
        pa.table(
            {
                "cluster_id": pa.array(pairs.keys(), pa.string()),
                "identity_id": pa.array(pairs.values(), pa.string()),
            }
        ),
    )
    connection.execute(f"insert into {table} select * from pairs_arrow")
    connection.unregister("pairs_arrow")


def make_events(connection: duckdb.DuckDBPyConnection, cause: str) -> None:
    """Make `identity_events`: what each identity gained, lost, took in or became.

    Args:
        connection: holds `former`, `births` and `memberships`, as they were and as they are.
        cause: ends the cause of each event: the run.
    """
    connection.execute("""
        create or replace temp table moves as
        select coalesce(f.record_id, m.record_id) as record_id, f.identity_id as was,
            m.identity_id as now
        from former f full join memberships m using (record_id)
        where f.identity_id is distinct from m.identity_id""")
    connection.execute("""
        create or replace temp table gained as
        select now as identity_id, list(record_id order by record_id) as records,
            list(distinct was order by was) filter (was is not null) as sources
        from moves where now is not null group by now""")
    connection.execute("""
        create or replace temp table lost as
        select was as identity_id, list(record_id order by record_id) as records,
            list(distinct now order by now) filter (now is not null) as targets
        from moves where was is not null group by was""")
    connection.execute(f"""
        create or replace table identity_events as
        with touched as (
            select coalesce(g.identity_id, l.identity_id) as identity_id,
                coalesce(g.records, []) as added, coalesce(l.records, []) as removed,
                coalesce(g.sources, []) as sources, coalesce(l.targets, []) as targets
            from gained g full join lost l using (identity_id)),
        taken as (
            select distinct v.now as identity_id from moves v
            anti join memberships m on m.identity_id = v.was
            where v.was is not null and v.now is not null),
        judged as (
            select t.*, f.identity_id is not null as existed, m.identity_id is not null as stands,
                b.identity_id is not null as is_known, k.identity_id is not null as took_in
            from touched t
            left join (select distinct identity_id from former) f using (identity_id)
            left join (select distinct identity_id from memberships) m using (identity_id)
            left join taken k using (identity_id) left join births b using (identity_id))
        select identity_id, case
                when not existed and is_known then 'restored'
                when not existed then 'created'
                when not stands and len(targets) = 0 then 'retired'
                when not stands and len(targets) = 1 then 'merged'
                when not stands then 'split'
                when len(targets) > 0 then 'split'
                when took_in then 'merged'
                else 'changed' end as kind,
            list_sort(list_distinct(case when not existed then sources
                when not stands then targets
                else list_concat(targets, sources) end)) as related_ids,
            added as added_record_ids, removed as removed_record_ids,
            case
                when not existed and is_known then 'stands again in '
                when not existed and len(sources) > 0 then 'records left another identity in '
                when not existed then 'first seen in '
                when not stands and len(targets) = 0 then 'no record is left in '
                when not stands and len(targets) = 1 then 'its records joined another identity in '
                when not stands then 'its records went to several identities in '
                when len(targets) > 0 then 'some records went to another identity in '
                when took_in then 'took in all records of another identity in '
                else 'its records changed in ' end || '{cause}' as cause
        from judged order by identity_id""")
    connection.execute("drop table moves; drop table gained; drop table lost")

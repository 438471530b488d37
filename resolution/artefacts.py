"""Writes the tables of a run into its folder, as Parquet of the declared schemas."""

from pathlib import Path

import duckdb

from models.match_model.package import MatchModelPackage
from models.tables import (
    BLOCKING_KEYS,
    CLUSTERS,
    GOLDEN_RECORDS,
    IDENTITY_EVENTS,
    MEMBERSHIPS,
    PREDICTIONS,
    STANDARDISED_RECORDS,
    WATCHLIST_HITS,
)
from resolution.engines.parquet import write_parquet
from resolution.link.blocking import too_common_for_entries


def write_artefacts(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage, folder: Path
) -> dict[str, object]:
    """Write the run's tables; return counts that only they tell."""
    write_parquet(
        connection,
        "from standardised order by record_no",
        STANDARDISED_RECORDS,
        folder / "standardised_records.parquet",
    )
    write_parquet(connection, "from clusters_by_id", CLUSTERS, folder / "clusters.parquet")
    write_parquet(connection, "from memberships", MEMBERSHIPS, folder / "memberships.parquet")
    write_parquet(connection, "from golden_records", GOLDEN_RECORDS, folder / "golden.parquet")
    write_parquet(connection, "from identity_events", IDENTITY_EVENTS, folder / "events.parquet")
    links = write_parquet(
        connection, _links_sql(package), PREDICTIONS, folder / "predictions.parquet"
    )
    hits = write_parquet(
        connection, _hits_sql(package), WATCHLIST_HITS, folder / "watchlist_hits.parquet"
    )
    connection.register("capped_keys_arrow", package.capped_keys)
    connection.register("barred_keys_arrow", too_common_for_entries(package.capped_keys))
    write_parquet(
        connection,
        # a key tells its rule, so no record has it twice
        """select k.key, m.record_id from blocking_keys k
           join model_input m using (unique_id)
           left join capped_keys_arrow c on c.key = k.key and c.rule = k.rule
           left join barred_keys_arrow b on b.key = k.key and b.rule = k.rule
           where c.key is null or (m.is_watchlist and b.key is null)""",
        BLOCKING_KEYS,
        folder / "blocking_keys.parquet",
    )
    return {"links": links, "watchlist_hits": hits}


def _links_sql(package: MatchModelPackage) -> str:
    """Keep pairs worth showing, and every pair that counted in a component, for or against."""
    return f"""
        select l.record_id as left_id, r.record_id as right_id, s.match_weight,
            s.rule as blocking_rule, s.source_weight
        from scored s
        join model_input l on l.unique_id = s.left_no and not l.is_watchlist
        join model_input r on r.unique_id = s.right_no and not r.is_watchlist
        left join components a on a.record_no = s.left_no
        left join components b on b.record_no = s.right_no
        where greatest(s.match_weight, s.match_weight + s.source_weight)
                >= {package.thresholds.review_weight}
            or a.component = b.component"""


def _hits_sql(package: MatchModelPackage) -> str:
    """Keep the strongest resemblances of each watchlist entry to person records."""
    return f"""
        select case when l.is_watchlist then l.record_id else r.record_id end as entry_id,
            case when l.is_watchlist then r.record_id else l.record_id end as record_id,
            s.match_weight, s.rule as blocking_rule
        from scored s
        join model_input l on l.unique_id = s.left_no
        join model_input r on r.unique_id = s.right_no
        where l.is_watchlist <> r.is_watchlist
            and s.match_weight >= {package.screening.hit_weight}
        qualify row_number() over (partition by entry_id order by s.match_weight desc, 2)
            <= {package.screening.max_hits_per_entry}"""

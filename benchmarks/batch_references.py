"""What the batch is measured against, each on the same machine, data and match model.

Raw Splink blocks, scores and clusters the table that our run standardised: by the equality rules a
Splink user would write, and by our own keys, which are handed to it ready, so that it makes the
same pairs. The floors are what no batch can go below: DuckDB reading the same files, and SQLite
taking the same rows.
"""

import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from splink import block_on
from splink.blocking_rule_library import CustomRule

from models.match_model.package import MatchModelPackage
from models.workspace import Workspace
from resolution.engines.duckdb_engine import open_engine
from resolution.engines.stopwatch import Stopwatch
from resolution.link.blocking import make_keys
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.packages import load_package
from resolution.link.splink_session import open_linker

# No limit on common keys, so rules that explode are not among them.
USERS_RULES = (
    block_on("person_number"),
    block_on("document"),
    block_on("email"),
    block_on("root_key", "birth_year"),
    block_on("birth", "given"),
    block_on("birth", "family"),
    block_on("root_key", "postcode"),
)
SAME_PAIRS = (
    CustomRule(
        "l.key = r.key and not (l.source = r.source and l.duplicate_free)"
        " and not (l.is_watchlist and r.is_watchlist)",
        arrays_to_explode=["key"],
    ),
)
_ROWS_AT_A_TIME = 50_000


def raw_splink(_: Path, root: Path) -> dict[str, Any]:
    """Block by a user's rules, score and cluster with Splink alone."""
    return _splink(root, USERS_RULES)


def raw_splink_on_same_pairs(_: Path, root: Path) -> dict[str, Any]:
    """The same with our keys, common ones left out: one list of them is a column of the input."""
    return _splink(root, SAME_PAIRS)


def _splink(root: Path, blocking: tuple[Any, ...]) -> dict[str, Any]:
    workspace = Workspace(root=root, data=root)
    [place] = [path for path in workspace.match_models.iterdir() if path.is_dir()]
    package = load_package(place)
    watch = Stopwatch()
    with open_engine(workspace.scratch) as connection:
        _make_input(connection, workspace, package)
        if blocking is SAME_PAIRS:
            _add_keys(connection, package)
        rules = [rule.create_blocking_rule_dict("duckdb") for rule in blocking]
        settings = package.settings | {"blocking_rules_to_generate_predictions": rules}
        with open_linker(connection, "model_input", settings) as linker:
            with watch.stage("block"):
                blocked = linker.inference.compute_blocked_pairs_for_predict()
            with watch.stage("score"):
                scored = linker.inference.predict(
                    threshold_match_weight=package.thresholds.review_weight
                )
            with watch.stage("cluster"):
                clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
                    scored, threshold_match_weight=package.thresholds.link_weight
                )
            pairs = f"select count(*) from {blocked.physical_name}"
            people = f"select count(distinct cluster_id) from {clusters.physical_name}"
            [(n_pairs,)] = connection.execute(pairs).fetchall()
            [(n_clusters,)] = connection.execute(people).fetchall()
    return {
        "pairs": n_pairs,
        "clusters": n_clusters,
        "seconds": watch.seconds,
        "peak_memory_mb": watch.peak_memory_mb,
    }


def _make_input(
    connection: duckdb.DuckDBPyConnection, workspace: Workspace, package: MatchModelPackage
) -> None:
    """Make `model_input` of what our run standardised, as our run does."""
    [standardised] = list(workspace.runs.glob("*/standardised_records.parquet"))
    connection.execute(
        "create view standardised as select *, row_number() over (order by record_id) as record_no "
        f"from read_parquet('{standardised}')"
    )
    define_macros(connection)
    build_features(connection, "standardised")
    apply_frequencies(connection, package.frequencies)
    # Splink blocks on columns: the first of each list is what its user would have.
    connection.execute(
        "create or replace table model_input as select *, document_numbers[1] as document, "
        "person_numbers[1] as person_number, email_addresses[1] as email from model_input"
    )


def _add_keys(connection: duckdb.DuckDBPyConnection, package: MatchModelPackage) -> None:
    """Give `model_input` the column `key`: our keys of the record, without those left out."""
    make_keys(connection)
    connection.register("capped", package.capped_keys)
    connection.execute("""
        create or replace table model_input as
        select m.*, coalesce(k.keys, []) as key from model_input m left join (
            select unique_id, list(distinct key) as keys from blocking_keys k
            anti join capped c on c.rule = k.rule and c.key = k.key
            group by unique_id) k using (unique_id)""")
    connection.execute("drop table blocking_keys")


def read_floor(data: Path, root: Path) -> dict[str, Any]:
    """Read the same files with DuckDB into tables, each by its own reader; XML line by line."""
    readers = {
        # a row that it cannot read is left out
        ".csv": "read_csv('{}', all_varchar = true, header = true, quote = '\"',"
        " strict_mode = false, null_padding = true, ignore_errors = true)",
        ".jsonl": "read_ndjson('{}', ignore_errors = true)",
        ".xml": "read_csv('{}', columns = {{'line': 'varchar'}}, header = false, delim = '\x01',"
        " quote = '', escape = '')",
    }
    watch, rows = Stopwatch(), {}
    with open_engine(root / "scratch") as connection:
        for file in sorted((data / "incoming").iterdir()):
            with watch.stage(file.name):
                reader = readers[file.suffix].format(file)
                connection.execute(f"create table {file.stem} as select * from {reader}")
            [(rows[file.name],)] = connection.execute(
                f"select count(*) from {file.stem}"
            ).fetchall()
    return {"rows": rows, "seconds": round(sum(watch.seconds.values()), 1)}


def insert_floor(_: Path, root: Path) -> dict[str, Any]:
    """Put the rows of our published store into a new SQLite file, table by table.

    `bare`: no key, no index, nothing awaited from the disk; `with_keys`: the primary keys that the
    store's tables have.
    """
    store = Workspace(root=root, data=root).store
    return {"bare": _insert(store, root, keys=False), "with_keys": _insert(store, root, keys=True)}


def _insert(store: Path, root: Path, *, keys: bool) -> dict[str, Any]:
    seconds, rows = 0.0, 0
    floor = root / "floor.sqlite"
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(floor)) as target:
        target.execute("pragma journal_mode = off")
        target.execute("pragma synchronous = off")
        tables = source.execute(
            "select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
        ).fetchall()
        for table, sql in tables:
            columns = [column[1] for column in source.execute(f"pragma table_info({table})")]
            target.execute(sql if keys else f"create table {table} ({', '.join(columns)})")
            statement = f"insert into {table} values ({', '.join('?' * len(columns))})"
            for batch in _batches(source, table):
                started = time.perf_counter()
                target.executemany(statement, batch)
                seconds += time.perf_counter() - started
                rows += len(batch)
        started = time.perf_counter()
        target.commit()
        seconds += time.perf_counter() - started
    size = floor.stat().st_size
    floor.unlink()
    return {"rows": rows, "seconds": round(seconds, 1), "mb": size // 1_000_000}


def _batches(source: sqlite3.Connection, table: str) -> Iterator[list[Any]]:
    rows = source.execute(f"select * from {table}")
    while batch := list(itertools.islice(rows, _ROWS_AT_A_TIME)):
        yield batch

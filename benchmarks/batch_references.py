"""What the batch is measured against, each on the same machine, data and match model.

Raw Splink blocks, scores and clusters the table that our run standardised: by the equality rules a
Splink user would write, and on our own pairs. The floors are what no batch can go below: DuckDB
reading the same files, and SQLite taking the same rows.
"""

import itertools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
from splink import Linker, block_on
from splink.blocking_rule_library import CustomRule

from models.match_model.package import MatchModelPackage
from models.workspace import Workspace
from resolution.engines.duckdb_engine import open_engine
from resolution.engines.stopwatch import Stopwatch
from resolution.link.blocking import make_keys, make_pairs
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.packages import load_package
from resolution.link.predict import compared_columns
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
OUR_KEYS = (
    CustomRule(
        "l.key = r.key and not (l.source = r.source and l.duplicate_free)"
        " and not (l.is_watchlist and r.is_watchlist)",
        arrays_to_explode=["key"],
    ),
)
_ROWS_AT_A_TIME = 50_000


def raw_splink(_: Path, root: Path) -> dict[str, Any]:
    """Block by a user's rules, score and cluster with Splink alone."""
    with _prepared(root) as (connection, package):
        # Splink blocks on columns: the first of each list is what its user would have.
        connection.execute(
            "create or replace table model_input as select *, document_numbers[1] as document, "
            "person_numbers[1] as person_number, email_addresses[1] as email from model_input"
        )
        watch = Stopwatch()
        with open_linker(connection, "model_input", _settings(package, USERS_RULES)) as linker:
            with watch.stage("block"):
                blocked = linker.inference.compute_blocked_pairs_for_predict()
            pairs = _count(connection, blocked.physical_name)
            return {"pairs": pairs} | _score_and_cluster(connection, linker, package, watch)


def raw_splink_on_same_pairs(_: Path, root: Path) -> dict[str, Any]:
    """Block by our keys, which are handed over ready as a column; score and cluster our pairs.

    Splink's blocking then makes all our pairs but those of watchlist entries by keys too common for
    people; `pairs_blocked` and `pairs` tell them apart.
    """
    with _prepared(root) as (connection, package):
        make_keys(connection)
        make_pairs(connection, package.capped_keys)
        _narrow_with_keys(connection, package)
        watch, settings = Stopwatch(), _settings(package, OUR_KEYS)
        with open_linker(connection, "model_input", settings) as linker, watch.stage("block"):
            blocked = linker.inference.compute_blocked_pairs_for_predict()
            counts = {"pairs_blocked": _count(connection, blocked.physical_name)}
        connection.execute("alter table model_input drop key")
        connection.execute(
            "create table our_pairs as select left_no as join_key_l, right_no as join_key_r,"
            " '0' as match_key from pairs"
        )
        counts["pairs"] = _count(connection, "our_pairs")
        with open_linker(connection, "model_input", settings) as linker:
            handed = linker._db_api.register("our_pairs", dataset_display_name="our_pairs")
            linker.table_management.register_blocked_pairs_for_predict(handed)
            return counts | _score_and_cluster(connection, linker, package, watch)


def _score_and_cluster(
    connection: duckdb.DuckDBPyConnection,
    linker: Linker,
    package: MatchModelPackage,
    watch: Stopwatch,
) -> dict[str, Any]:
    thresholds = package.thresholds
    with watch.stage("score"):
        scored = linker.inference.predict(threshold_match_weight=thresholds.review_weight)
    with watch.stage("cluster"):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_weight=thresholds.link_weight
        )
    return {
        "clusters": _count(connection, clusters.physical_name, "distinct cluster_id"),
        "seconds": watch.seconds,
        "peak_memory_mb": watch.peak_memory_mb,
    }


def _count(connection: duckdb.DuckDBPyConnection, table: str, what: str = "*") -> int:
    return int(connection.execute(f"select count({what}) from {table}").fetchall()[0][0])


def _settings(package: MatchModelPackage, blocking: tuple[Any, ...]) -> dict[str, Any]:
    rules = [rule.create_blocking_rule_dict("duckdb") for rule in blocking]
    return package.settings | {"blocking_rules_to_generate_predictions": rules}


@contextmanager
def _prepared(root: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, MatchModelPackage]]:
    """Make `model_input` of what our run standardised, as our run does, with its match model."""
    workspace = Workspace(root=root, data=root)
    [place] = [path for path in workspace.match_models.iterdir() if path.is_dir()]
    package = load_package(place)
    [standardised] = list(workspace.runs.glob("*/standardised_records.parquet"))
    with open_engine(workspace.scratch) as connection:
        connection.execute(
            "create view standardised as"
            " select *, row_number() over (order by record_id) as record_no"
            f" from read_parquet('{standardised}')"
        )
        define_macros(connection)
        build_features(connection, "standardised")
        apply_frequencies(connection, package.frequencies)
        yield connection, package


def _narrow_with_keys(connection: duckdb.DuckDBPyConnection, package: MatchModelPackage) -> None:
    """Leave of `model_input` what Splink reads, with the column `key`: our keys of the record."""
    columns = ", ".join(f"m.{name}" for name in compared_columns(connection, package.settings))
    connection.register("capped", package.capped_keys)
    connection.execute(f"""
        create or replace table model_input as
        select {columns}, m.source, m.duplicate_free, m.is_watchlist, coalesce(k.keys, []) as key
        from model_input m left join (
            select unique_id, list(distinct key) as keys from blocking_keys k
            anti join capped c on c.rule = k.rule and c.key = k.key
            group by unique_id) k using (unique_id)""")
    connection.execute("drop table blocking_keys")


def read_floor(data: Path, root: Path) -> dict[str, Any]:
    """Read the same files with DuckDB into tables, each by its own reader; XML line by line."""
    readers: dict[str, Callable[[Path], str]] = {
        ".csv": _read_csv,
        ".jsonl": lambda file: f"read_ndjson('{file}', ignore_errors = true)",
        ".xml": lambda file: (
            f"read_csv('{file}', columns = {{'line': 'varchar'}}, header = false,"
            " delim = '\x01', quote = '', escape = '')"
        ),
    }
    watch, rows = Stopwatch(), {}
    with open_engine(root / "scratch") as connection:
        for file in sorted((data / "incoming").iterdir()):
            with watch.stage(file.name):
                reader = readers[file.suffix](file)
                connection.execute(f"create table {file.stem} as select * from {reader}")
            [(rows[file.name],)] = connection.execute(
                f"select count(*) from {file.stem}"
            ).fetchall()
    return {"rows": rows, "seconds": round(sum(watch.seconds.values()), 1)}


def _read_csv(file: Path) -> str:
    """Read every column as text; a row that DuckDB cannot read is left out."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        names = lines.readline().strip().lstrip("\ufeff").split(",")
    columns = ", ".join(f"'{name}': 'varchar'" for name in names)
    return (
        f"read_csv('{file}', auto_detect = false, header = true, columns = {{{columns}}},"
        " delim = ',', quote = '\"', escape = '\"', strict_mode = false, null_padding = true,"
        " ignore_errors = true)"
    )


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

"""Plain Splink with connected components: the reference every accuracy figure stands beside.

Its default threshold is that of Splink's documentation, a match probability of .95.
"""

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.plain_models.declaration import PlainModel

DEFAULT_WEIGHT = math.log2(0.95 / 0.05)
THRESHOLDS = (DEFAULT_WEIGHT, *(step / 2 for step in range(-20, 81)))


@dataclass(frozen=True, slots=True)
class PlainResult:
    """What plain Splink made of a set.

    Attributes:
        predictions: every compared pair: left_id, right_id, match_weight.
        record_ids: every record read.
    """

    predictions: pa.Table
    record_ids: pa.ChunkedArray
    seconds: float


def run_plain_splink(model: PlainModel, data: Path, scratch: Path) -> PlainResult:
    """Read, train without labels and predict, at Splink's own defaults."""
    started = time.perf_counter()
    with duckdb.connect(
        config={
            "threads": "2",
            "memory_limit": "6GB",
            "temp_directory": str(scratch),
            "max_temp_directory_size": "20GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    ) as connection:
        connection.execute("set variable data = $data", {"data": str(data)})
        connection.execute(f"create table people as {model.columns}")
        linker = _trained(model, connection)
        pairs = linker.inference.predict().physical_name
        predictions = connection.execute(
            f"""
            select least(unique_id_l, unique_id_r) as left_id,
                greatest(unique_id_l, unique_id_r) as right_id, match_weight from {pairs}"""
        ).to_arrow_table()
        record_ids = connection.execute("select unique_id from people").to_arrow_table()
        seconds = time.perf_counter() - started
        return PlainResult(predictions, record_ids.column("unique_id"), seconds)


def _trained(model: PlainModel, connection: duckdb.DuckDBPyConnection) -> Linker:
    """Build a linker and train it as Splink's tutorial does."""
    api = DuckDBAPI(connection)
    tables = ["people"]
    if model.link_only:
        sources = connection.execute("select distinct source_dataset from people").fetchall()
        tables = [f"people_{source}" for (source,) in sorted(sources)]
        for table, (source,) in zip(tables, sorted(sources), strict=True):
            connection.execute(
                f"create table {table} as select * from people where source_dataset = '{source}'"
            )
    settings = SettingsCreator(
        link_type="link_only" if model.link_only else "dedupe_only",
        comparisons=model.comparisons(),
        blocking_rules_to_generate_predictions=list(model.blocking),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    registered = [api.register(table) for table in tables]
    linker = Linker(
        registered if model.link_only else registered[0], settings, log_level=logging.ERROR
    )
    training = linker.training
    training.estimate_probability_two_random_records_match(
        list(model.deterministic), recall=model.recall
    )
    training.estimate_u_using_random_sampling(max_pairs=model.max_pairs, seed=1)
    for rule in model.training:
        training.estimate_parameters_using_expectation_maximisation(rule)
    return linker

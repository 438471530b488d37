"""Plain Splink with connected components: the reference every accuracy figure stands beside.

    python -m benchmarks.plain_splink --data DIR [--sets historical_50k ...]

Prints precision, recall and F1 at the default threshold of Splink's documentation, a match
probability of .95, and at the threshold that turns out best, which no user could know.
"""

import argparse
import logging
import math
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.data_sets import SETS
from benchmarks.generated_errors import errors_of
from benchmarks.plain_models import PLAIN_MODELS
from benchmarks.plain_models.declaration import PlainModel
from benchmarks.reporting import Outcome, markdown_table, outcome_of
from resolution.evaluate.accuracy import blocking_recall, evaluate_by_threshold
from resolution.evaluate.components import connected_components

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


def plain_outcomes(
    name: str,
    models: Mapping[str, PlainModel],
    truth: pa.Table,
    data: Path,
    scratch: Path,
    *,
    generated: bool = False,
) -> list[Outcome]:
    """Run each plain model of a set and measure it; name its errors where data was generated."""
    outcomes = []
    for tool, model in models.items():
        result = run_plain_splink(model, data, scratch)
        rows = evaluate_by_threshold(
            result.predictions, truth, result.record_ids, THRESHOLDS, scratch=scratch
        )
        recall = blocking_recall(result.predictions, truth, scratch=scratch)
        outcome = outcome_of(name, tool, rows, DEFAULT_WEIGHT, recall, result.seconds)
        if generated:
            errors = errors_of(
                connected_components(
                    result.record_ids, result.predictions, DEFAULT_WEIGHT, scratch=scratch
                ),
                data,
                truth,
                compared=result.predictions,
                predictions=result.predictions,
                link_weight=DEFAULT_WEIGHT,
                scratch=scratch,
            )
            outcome = replace(outcome, errors=errors)
        outcomes.append(outcome)
    return outcomes


def main() -> None:
    """Print the figures of plain Splink on each set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the record sets")
    parser.add_argument("--sets", nargs="*", choices=list(PLAIN_MODELS), help="all when not given")
    arguments = parser.parse_args()
    outcomes = []
    with tempfile.TemporaryDirectory() as scratch:
        for record_set in SETS:
            if record_set.name in (arguments.sets or PLAIN_MODELS):
                truth = record_set.read_truth(arguments.data)
                models = PLAIN_MODELS[record_set.name]
                outcomes += plain_outcomes(
                    record_set.name, models, truth, arguments.data, Path(scratch)
                )
    print(markdown_table(outcomes))


if __name__ == "__main__":
    main()

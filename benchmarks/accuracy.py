"""Accuracy without labels at default settings, beside connected components and plain Splink.

    python -m benchmarks.accuracy --data DIR [--sets ...] [--levels ...] [--seeds 1 2 3]
        [--output run.json] [--compare former.json] [--pictures FOLDER] [--keep FOLDER]

For each public set, and for generated people by hardness and seed: our pipeline; connected
components on the same predictions; plain Splink with connected components. Each at its default
threshold and at others, by pairs, records and clusters, with what each step lost; on generated data
also false links by cause and recall by what went wrong in a record.
"""

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.bars import bars_table
from benchmarks.comparison import comparison_table
from benchmarks.data_sets import SETS
from benchmarks.error_tables import causes_table, corruptions_tables, cultures_table
from benchmarks.machine import describe_machine
from benchmarks.measuring import measure, measure_generated
from benchmarks.pictures import draw
from benchmarks.reporting import Outcome
from benchmarks.tables import (
    accuracy_table,
    equal_recall_table,
    spread_table,
    steps_table,
    thresholds_table,
)
from resolution.generate.generate import GENERATOR_VERSION, HARDNESS_LEVELS

_TABLES = (
    ("Accuracy at the default threshold", accuracy_table),
    ("Step by step", steps_table),
    ("By threshold: pairwise F1 / B³ F1 / clusters of one person only", thresholds_table),
    ("False links at equal recall", equal_recall_table),
    ("False links by cause", causes_table),
    ("Recall by what went wrong", corruptions_tables),
    ("By name culture", cultures_table),
    ("Mean over seeds, and most less least", spread_table),
    ("Bars", bars_table),
)


def measure_all(arguments: argparse.Namespace) -> list[Outcome]:
    """Measure every set asked for, one after the other."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for record_set in SETS:
            if record_set.name in arguments.sets:
                print(record_set.name, file=sys.stderr, flush=True)
                outcomes += measure(record_set, arguments.data.resolve(), scratch, arguments.keep)
        for hardness, seed in itertools.product(arguments.levels, arguments.seeds):
            print(f"generated, {hardness}, seed {seed}", file=sys.stderr, flush=True)
            outcomes += measure_generated(arguments.people, seed, hardness, scratch, arguments.keep)
    return outcomes


def main() -> None:
    """Print every table, and write figures and pictures where asked."""
    arguments = _arguments()
    outcomes = measure_all(arguments)
    figures = [outcome.as_json() for outcome in outcomes]
    measured = describe_machine() | {
        "people": arguments.people,
        "generator_version": GENERATOR_VERSION,
    }
    print(", ".join(f"{name} {value}" for name, value in measured.items()))
    for heading, table in _TABLES:
        if text := table(outcomes):
            print(f"\n### {heading}\n\n{text}")
    if arguments.compare:
        former = json.loads(arguments.compare.read_text(encoding="utf-8"))
        print(f"\n### Beside the former run\n\n{comparison_table(former['outcomes'], figures)}")
    if arguments.output:
        text = json.dumps({"measured": measured, "outcomes": figures}, indent=1)
        arguments.output.write_text(text + "\n", encoding="utf-8")
    if arguments.pictures:
        draw(figures, arguments.pictures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    names = [record_set.name for record_set in SETS]
    parser.add_argument("--data", type=Path, help="folder of the record sets", default=Path())
    parser.add_argument("--sets", nargs="*", choices=names, default=names)
    parser.add_argument("--levels", nargs="*", choices=HARDNESS_LEVELS, default=HARDNESS_LEVELS)
    parser.add_argument("--people", type=int, default=20_000, help="to generate")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--output", type=Path, help="write every figure as JSON")
    parser.add_argument("--compare", type=Path, help="JSON of a former run to stand beside")
    parser.add_argument("--pictures", type=Path, help="folder to draw pictures into")
    parser.add_argument("--keep", type=Path, help="folder to keep predictions and clusters in")
    return parser.parse_args()


if __name__ == "__main__":
    main()

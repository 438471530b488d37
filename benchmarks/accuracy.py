"""Accuracy without labels at default settings, beside connected components and plain Splink.

    python -m benchmarks.accuracy --data DIR [--sets ...] [--levels ...] [--output accuracy.json]

For each set: our pipeline; connected components on the same predictions, at our threshold and at
their own best; plain Splink with connected components at its default and at its best. Then the same
on generated data, by hardness and seed, read by the mappings of the examples, with false links by
cause and recall by what went wrong in a record.
"""

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from benchmarks.data_sets import SETS, RecordSet
from benchmarks.error_tables import causes_table, corruptions_tables
from benchmarks.generated_errors import errors_of
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, run_pipeline
from benchmarks.plain_models import PLAIN_MODELS
from benchmarks.plain_models.generated import GENERATED, write_plain_file
from benchmarks.plain_splink import plain_outcomes
from benchmarks.reporting import Outcome, markdown_table, outcome_of
from models.tables import COMPLETED_WITHIN_COMPONENT, TRUTH
from resolution.evaluate.accuracy import (
    blocking_recall_of_keys,
    evaluate_by_threshold,
    evaluate_partition,
)
from resolution.evaluate.breakdown import matches_sharing_a_key
from resolution.generate.generate import HARDNESS_LEVELS, generate

OURS = "identigraph"
COMPONENTS = "connected components, same predictions"


def our_outcomes(
    name: str,
    mapping_files: Sequence[Path],
    data: Path,
    truth: pa.Table,
    scratch: Path,
    *,
    generated: bool = False,
) -> list[Outcome]:
    """Run the pipeline in a fresh workspace; measure its clusters and its predictions."""
    with tempfile.TemporaryDirectory(dir=scratch) as root:
        result = run_pipeline(mapping_files, data, Path(root) / "workspace")
        link_weight = result.package.thresholds.link_weight
        grid = {link_weight, *(step / 2 for step in range(-20, 81))}
        # What only the clustering asked to compare is none of the components' business.
        blocked = pc.field("blocking_rule") != COMPLETED_WITHIN_COMPONENT
        rows = evaluate_by_threshold(
            result.predictions.filter(blocked),
            truth,
            result.clusters.column("record_id"),
            grid,
            scratch=scratch,
        )
        recall = blocking_recall_of_keys(
            result.blocking_keys,
            truth,
            n_candidate_pairs=int(str(result.summary["pairs"])),
            scratch=scratch,
        )
        components = outcome_of(name, COMPONENTS, rows, link_weight, recall, 0.0)
        errors = None
        if generated:
            errors = errors_of(
                result.clusters,
                data,
                truth,
                compared=matches_sharing_a_key(result.blocking_keys, truth, scratch=scratch),
                predictions=result.predictions,
                link_weight=link_weight,
                scratch=scratch,
            )
        ours = replace(
            components,
            tool=OURS,
            default=evaluate_partition(result.clusters, truth, scratch=scratch),
            best_weight=None,
            best=None,
            best_b_cubed_f1=None,
            seconds=sum(result.seconds.values()),
            errors=errors,
        )
        return [ours, components]


def measure(record_set: RecordSet, data: Path, scratch: Path) -> list[Outcome]:
    """Return every tool's outcome on one set, ours first."""
    truth = record_set.read_truth(data)
    return [
        *our_outcomes(record_set.name, record_set.mapping_files(), data, truth, scratch),
        *plain_outcomes(record_set.name, PLAIN_MODELS[record_set.name], truth, data, scratch),
    ]


def measure_generated(people: int, seed: int, hardness: str, scratch: Path) -> list[Outcome]:
    """Generate people and return every tool's outcome on them, ours first."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        data = Path(folder)
        generate(people, seed=seed, hardness=hardness, folder=data)
        write_plain_file(data)
        truth = pa_csv.read_csv(data / "truth" / "truth.csv").cast(TRUTH)
        name = f"generated, {hardness}, seed {seed}"
        mapping_files = sorted(EXAMPLE_MAPPINGS.glob("*.yaml"))
        return [
            *our_outcomes(name, mapping_files, data, truth, scratch, generated=True),
            *plain_outcomes(
                name, {"plain Splink": GENERATED}, truth, data, scratch, generated=True
            ),
        ]


def main() -> None:
    """Print one table of all sets, and write the figures where asked."""
    arguments = _arguments()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as scratch:
        for record_set in SETS:
            if record_set.name in arguments.sets:
                print(record_set.name, file=sys.stderr, flush=True)
                outcomes += measure(record_set, arguments.data.resolve(), Path(scratch))
        for hardness, seed in itertools.product(arguments.levels, arguments.seeds):
            print(f"generated, {hardness}, seed {seed}", file=sys.stderr, flush=True)
            outcomes += measure_generated(arguments.people, seed, hardness, Path(scratch))
    print(markdown_table(outcomes))
    if arguments.levels:
        print("\n" + causes_table(outcomes))
        print("\n" + corruptions_tables(outcomes))
    if arguments.output:
        figures = [outcome.as_json() for outcome in outcomes]
        arguments.output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    names = [record_set.name for record_set in SETS]
    parser.add_argument("--data", type=Path, required=True, help="folder of the record sets")
    parser.add_argument("--sets", nargs="*", choices=names, default=names)
    parser.add_argument("--levels", nargs="*", choices=HARDNESS_LEVELS, default=HARDNESS_LEVELS)
    parser.add_argument("--people", type=int, default=20_000, help="to generate")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--output", type=Path, help="write every figure as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()

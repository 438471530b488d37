"""How hard generated data is: plain Splink's best cluster F1 at each hardness level.

    python -m benchmarks.calibrate_generator [--people 20000] [--seeds 1 2] [--levels default]

The levels were set so that plain Splink's best is about .97 or more at `easy`, between .85 and .95
at `default`, and clearly lower at `hostile`; docs/generator.md has the figures.
"""

import argparse
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.plain_models.generated import GENERATED, write_plain_file
from benchmarks.plain_splink import DEFAULT_WEIGHT, THRESHOLDS, run_plain_splink
from benchmarks.reporting import PLAIN, Outcome, outcome_of_components
from benchmarks.tables import accuracy_table, steps_table
from models.tables import TRUTH
from resolution.evaluate.accuracy import blocking_recall, evaluate_by_threshold
from resolution.generate.generate import GENERATOR_VERSION, HARDNESS_LEVELS, generate


def calibrate(people: int, *, seed: int, hardness: str, folder: Path) -> Outcome:
    """Generate people, run plain Splink on them and measure it."""
    generate(people, seed=seed, hardness=hardness, folder=folder)
    write_plain_file(folder)
    truth = _truth(folder / "truth" / "truth.csv")
    result = run_plain_splink(GENERATED, folder, folder)
    rows = evaluate_by_threshold(
        result.predictions, truth, result.record_ids, THRESHOLDS, scratch=folder
    )
    recall = blocking_recall(result.predictions, truth, scratch=folder)
    name = f"generated, {hardness}, seed {seed}"
    return outcome_of_components(name, PLAIN, rows, DEFAULT_WEIGHT, recall, result.seconds)


def _truth(path: Path) -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute("set variable path = $path", {"path": str(path)})
        return (
            connection.execute("from read_csv(getvariable('path'), all_varchar = true)")
            .to_arrow_table()
            .cast(TRUTH)
        )


def main() -> None:
    """Print the figures of each level and seed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--levels", nargs="*", choices=HARDNESS_LEVELS, default=HARDNESS_LEVELS)
    arguments = parser.parse_args()
    outcomes = []
    for hardness in arguments.levels:
        for seed in arguments.seeds:
            with tempfile.TemporaryDirectory() as folder:
                outcome = calibrate(
                    arguments.people, seed=seed, hardness=hardness, folder=Path(folder)
                )
            outcomes.append(outcome)
    print(f"generator version {GENERATOR_VERSION}, {arguments.people} people")
    print(accuracy_table(outcomes))
    print("\n" + steps_table(outcomes))


if __name__ == "__main__":
    main()

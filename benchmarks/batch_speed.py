"""Seconds and peak memory by stage on generated records, beside raw Splink on the same table.

    python -m benchmarks.batch_speed [--people 400000] [--seed 1] [--scratch DIR]

About 2.5 records are generated for each person. Our stages run in one process; then raw Splink
blocks, scores and clusters the same standardised table with the same match model in another, by
the equality rules a Splink user would write: it has no limit on common keys, so rules that explode
are not among them. Both say how many pairs they made, because time goes by pairs. Our match model
takes the m and u of the one that ships: learning them is done once, and not timed here; counting
frequencies, common keys and the prior is timed as `train`.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from splink import block_on

from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, run_pipeline
from models.workspace import Workspace
from resolution.engines.duckdb_engine import open_engine
from resolution.engines.stopwatch import Stopwatch
from resolution.generate.generate import generate
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.packages import load_package, save_package, shipped_package
from resolution.link.splink_session import open_linker

SPLINK_RULES = (
    block_on("person_number"),
    block_on("document"),
    block_on("email"),
    block_on("root_key", "birth_year"),
    block_on("birth", "given"),
    block_on("birth", "family"),
    block_on("root_key", "postcode"),
)


def run_ours(data: Path, root: Path) -> dict[str, Any]:
    """Run the pipeline from files to golden records, and keep its match model."""
    shipped = shipped_package()
    learned = load_package(shipped) if shipped else None
    result = run_pipeline(sorted(EXAMPLE_MAPPINGS.glob("*.yaml")), data, root, learned=learned)
    save_package(result.package, root / "match_models")
    stages = {name: result.summary[name] for name in ("seconds", "peak_memory_mb")}
    return {
        "records": result.summary["records"],
        "pairs": result.summary["pairs"],
        "clusters": result.summary["clusters"],
        "steps_seconds": {name: round(value, 1) for name, value in result.seconds.items()},
        "resolve": stages,
    }


def run_splink(_: Path, root: Path) -> dict[str, Any]:
    """Block, score and cluster with Splink alone, on the table our run standardised."""
    workspace = Workspace(root=root, data=root)
    [place] = list(workspace.match_models.iterdir())
    package = load_package(place)
    [standardised] = list(workspace.runs.glob("*/standardised_records.parquet"))
    watch = Stopwatch()
    with open_engine(workspace.scratch) as connection:
        connection.execute(
            "create table standardised as select *, "
            "row_number() over (order by record_id) as record_no "
            f"from read_parquet('{standardised}')"
        )
        define_macros(connection)
        build_features(connection, "standardised")
        apply_frequencies(connection, package.frequencies)
        connection.execute("drop table standardised")
        # Splink blocks on columns: the first of each list is what its user would have.
        connection.execute(
            "create or replace table model_input as select *, document_numbers[1] as document, "
            "person_numbers[1] as person_number, email_addresses[1] as email from model_input"
        )
        rules = [rule.create_blocking_rule_dict("duckdb") for rule in SPLINK_RULES]
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
            [(n_pairs,)] = connection.execute(
                f"select count(*) from {blocked.physical_name}"
            ).fetchall()
            [(n_clusters,)] = connection.execute(
                f"select count(distinct cluster_id) from {clusters.physical_name}"
            ).fetchall()
    return {
        "pairs": n_pairs,
        "clusters": n_clusters,
        "seconds": watch.seconds,
        "peak_memory_mb": watch.peak_memory_mb,
    }


def _measured(work: Callable[[Path, Path], dict[str, Any]], data: Path, root: Path) -> Any:
    """Run in a process of its own, so that its peak memory is its own."""
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    process = context.Process(target=_report, args=(work, data, root, found))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} ended with code {process.exitcode}")
    return found.get()


def _report(
    work: Callable[[Path, Path], dict[str, Any]], data: Path, root: Path, found: Any
) -> None:
    started = time.perf_counter()
    figures = work(data, root)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    total = round(time.perf_counter() - started, 1)
    found.put(figures | {"total_seconds": total, "process_peak_memory_mb": peak})


def main() -> None:
    """Print the figures of both as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=400_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=Path, help="folder with room for tables")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as folder:
        data, root = Path(folder) / "data", Path(folder) / "workspace"
        data.mkdir()
        started = time.perf_counter()
        generate(arguments.people, seed=arguments.seed, hardness="default", folder=data)
        figures: dict[str, Any] = {
            "generate_seconds": round(time.perf_counter() - started, 1),
            "identigraph": _measured(run_ours, data, root),
        }
        print(json.dumps(figures, indent=1), flush=True)
        print(json.dumps({"raw Splink": _measured(run_splink, data, root)}, indent=1))


if __name__ == "__main__":
    main()

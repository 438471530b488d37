"""Seconds and peak memory by stage, from files to the published store, beside what bounds them.

    python -m benchmarks.batch_speed [--people 40000 400000] [--seed 1] [--scratch DIR]

About 2.5 records are generated for each person. For each size, one after the other and each in a
process of its own: our whole run, as `identigraph run` makes it in a new workspace; raw Splink on
the table that our run standardised, with its match model (`benchmarks.batch_references`); DuckDB
reading the same files; SQLite taking the same rows. Our match model takes the m and u of the one
that ships: learning them is done once, and not timed here; counting frequencies, choosing keys,
settling the prior and measuring for the report are, as in the first run of every workspace. With
more than one size, the exponent by which seconds grow with records is told too.
"""

import argparse
import json
import math
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.settings import Settings
from api.use_cases.publish_run import publish_run
from api.wiring import Deployment, identity_ids
from benchmarks.batch_references import (
    insert_floor,
    raw_splink,
    raw_splink_on_same_pairs,
    read_floor,
)
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS
from models.access import Principal
from resolution.generate.generate import generate
from resolution.sources.mapping import load_mappings

Work = Callable[[Path, Path], dict[str, Any]]


def run_ours(data: Path, root: Path, **settings: Any) -> dict[str, Any]:
    """Run from files to the published store, in a new workspace."""
    deployment = Deployment(Settings(workspace=root, data=data, **settings))
    report = publish_run(
        load_mappings(deployment.workspace.mappings),
        principal=Principal("benchmark", frozenset(), "benchmark"),
        workspace=deployment.workspace,
        store=deployment.store,
        pipeline=deployment.pipeline,
        shelf=deployment.shelf,
        publish=deployment.publish,
        auditor=deployment.auditor,
        databases={},
        new_identity_id=identity_ids("1"),
        progress=_quiet,
        learned=deployment.shelf.shipped(),
    )
    deployment.close()
    summary = report.run.summary
    return {
        "records": summary["records"],
        "pairs": summary["pairs"],
        "pairs_per_record": round(summary["pairs"] / summary["records"], 2),
        "clusters": summary["clusters"],
        "loaded": dict(report.loaded),
        "seconds": {name: round(value, 1) for name, value in report.seconds.items()},
        "peak_memory_mb": dict(report.peak_memory_mb),
    }


def _quiet(stage: str, done: int, total: int) -> None:
    """Take no notice of progress."""


def measure(people: int, seed: int, folder: Path) -> dict[str, Any]:
    """Generate people, run everything on them, and compare."""
    data, root = folder / "data", folder / "workspace"
    (root / "mappings").mkdir(parents=True)
    data.mkdir()
    for mapping in EXAMPLE_MAPPINGS.glob("*.yaml"):
        shutil.copy(mapping, root / "mappings")
    generate(people, seed=seed, hardness="default", folder=data)
    figures: dict[str, Any] = {"people": people}
    works: dict[str, Work] = {
        "identigraph": run_ours,
        "raw Splink, same pairs": raw_splink_on_same_pairs,
        "raw Splink, a user's rules": raw_splink,
        "DuckDB reads the files": read_floor,
        "SQLite takes the rows": insert_floor,
    }
    for name, work in works.items():
        figures[name] = _in_own_process(work, data, root)
        print(json.dumps({name: figures[name]}, indent=1), flush=True)
    return figures | {"ratios": _ratios(figures)}


def _ratios(figures: dict[str, Any]) -> dict[str, float]:
    """Divide what ours took by what the reference for the same work took."""
    ours, raw = figures["identigraph"]["seconds"], figures["raw Splink, same pairs"]["seconds"]
    linking = sum(ours.get(name, 0.0) for name in ("block", "score", "cluster"))
    inserts = figures["SQLite takes the rows"]
    loading = ours["identify"] + ours["publish"]
    return {
        "block, score and cluster": round(linking / sum(raw.values()), 2),
        "read and standardise": round(
            ours["ingest"] / max(0.1, figures["DuckDB reads the files"]["seconds"]), 2
        ),
        "identities and publish, bare": round(loading / inserts["bare"]["seconds"], 2),
        "identities and publish, with keys": round(loading / inserts["with_keys"]["seconds"], 2),
    }


def _growth(small: dict[str, Any], large: dict[str, Any]) -> float:
    """Return the exponent by which our seconds grow with records."""
    one, other = small["identigraph"], large["identigraph"]
    seconds = sum(other["seconds"].values()) / sum(one["seconds"].values())
    return round(math.log(seconds) / math.log(other["records"] / one["records"]), 3)


def _in_own_process(work: Work, data: Path, root: Path) -> Any:
    """Run in a process of its own, so that its peak memory is its own."""
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    process = context.Process(target=_report, args=(work, data, root, found))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} ended with code {process.exitcode}")
    return found.get()


def _report(work: Work, data: Path, root: Path, found: Any) -> None:
    started = time.perf_counter()
    figures = work(data, root)
    own = {
        "total_seconds": round(time.perf_counter() - started, 1),
        # what it took whoever else was on the machine
        "processor_seconds": round(time.process_time(), 1),
        "process_peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    found.put(figures | own)


def main() -> None:
    """Print the figures of every size as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, nargs="+", default=[40_000, 400_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=Path, help="folder with room for tables")
    arguments = parser.parse_args()
    sizes = []
    for people in sorted(arguments.people):
        with tempfile.TemporaryDirectory(dir=arguments.scratch) as folder:
            sizes.append(measure(people, arguments.seed, Path(folder)))
    print(json.dumps({"sizes": sizes}, indent=1))
    if len(sizes) > 1:
        print(json.dumps({"growth_exponent": _growth(sizes[0], sizes[-1])}))


if __name__ == "__main__":
    main()

"""How well false merges are found: injected into runs on generated data, and those of the runs.

    python -m benchmarks.false_merges [--people 20000] [--hardness default] [--seeds 1 2 3]
        [--learn-seeds 101 102] [--fit]

Each identity of two records or more is a place in the queue of reviews. Ranked by ours, by plain
size, by Splink's graph metrics, each alone and all of them weighed by the same procedure on the
same seeds as ours, and at random. `--fit` learns the weights that stand in
`graph/identity_warnings.py` anew and prints them.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.injected_merges import OWN, RunFiles, grouped, inject
from benchmarks.logistic import Measures, learn_points
from benchmarks.machine import describe_machine
from benchmarks.merge_candidates import KINDS
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, run_pipeline
from benchmarks.splink_graph import MEASURES, splink_measures
from benchmarks.tables import markdown
from graph.batch_quality import measure_identities
from graph.engine import Engine, EngineLimits
from graph.identity_warnings import POINTS, find_findings
from models.quality import UsualSizes
from resolution.generate.generate import GENERATOR_VERSION, HARDNESS_LEVELS, generate

TOPS = (0.01, 0.05, 0.10)
OURS, OURS_BY_CHANCE = "identigraph", "identigraph, by chance alone"
SPLINKS = "Splink's graph metrics, weighed as ours"
RANDOM = "random"

Scores = dict[str, float]
"""By identity: the higher, the sooner it is looked at."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The identities of one run with injected false merges.

    Attributes:
        kinds: of those that are false merges, by identity.
        held_by_us: injected ones where no pair across reached the link threshold by itself.
        rows: of schema IDENTITY_QUALITY, by identity.
        measures: what ours is weighed by, of each identity those that are not 0.
        splink: the same of Splink's graph metrics.
    """

    seed: int
    kinds: Mapping[str, str]
    held_by_us: set[str]
    rows: Mapping[str, Mapping[str, Any]]
    measures: Mapping[str, Measures]
    splink: Mapping[str, Measures]


def make_queue(people: int, hardness: str, seed: int, scratch: Path) -> Queue:
    """Generate people, resolve them, inject false merges, and measure every identity."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        root = Path(name)
        generate(people, seed=seed, hardness=hardness, folder=root / "data")
        mappings = sorted(EXAMPLE_MAPPINGS.glob("*.yaml"))
        package = run_pipeline(mappings, root / "data", root / "workspace").package
        [folder] = (root / "workspace" / "runs").glob("run-*")
        made = root / "injected"
        injected = inject(RunFiles(folder, root / "data", package), made, seed=seed)
        link_weight = package.thresholds.link_weight
        with Engine(root / "scratch", EngineLimits()) as engine:
            usual, batches = measure_identities(
                engine,
                memberships=made / "memberships.parquet",
                links=made / "predictions.parquet",
                standardised=made / "standardised_records.parquet",
                watchlist_hits=folder / "watchlist_hits.parquet",
                link_weight=link_weight,
            )
            rows = {row["identity_id"]: row for batch in batches for row in batch.to_pylist()}
        splink = splink_measures(made, link_weight=link_weight, scratch=root / "scratch")
        for identity_id, row in rows.items():
            if row["n_records"] > 2 and row["n_links"]:
                splink[identity_id]["bridges"] = row["n_bridges"] / row["n_links"]
        return Queue(
            seed,
            {one: kind for one, kind in injected.kinds.items() if one in rows},
            injected.held_by_us,
            rows,
            _measures(made, injected.memberships, usual, link_weight),
            splink,
        )


def _measures(
    folder: Path, memberships: Mapping[str, str], usual: UsualSizes, link_weight: float
) -> dict[str, Measures]:
    records = {
        row["record_id"]: row
        for row in pq.read_table(folder / "standardised_records.parquet").to_pylist()
    }
    pairs: dict[str, list[tuple[str, str, float]]] = {}
    for row in pq.read_table(folder / "predictions.parquet").to_pylist():
        left, right = row["left_id"], row["right_id"]
        if memberships[left] == memberships[right]:
            evidence = row["match_weight"] + row["source_weight"]
            pairs.setdefault(memberships[left], []).append((left, right, evidence))
    return {
        identity_id: {
            name: value
            for finding in find_findings(
                [records[one] for one in members],
                pairs.get(identity_id, []),
                link_weight=link_weight,
                usual=usual,
            )
            for name, value in finding.measures.items()
        }
        for identity_id, members in grouped(memberships).items()
        if len(members) > 1
    }


def learned(
    names: Sequence[str], queues: Sequence[Queue], *, of_splink: bool = False
) -> tuple[float, dict[str, float]]:
    """Learn what each measure adds, on these queues."""
    rows, is_false = [], []
    for queue in queues:
        for identity_id, row in (queue.splink if of_splink else queue.measures).items():
            rows.append(row)
            is_false.append(identity_id in queue.kinds)
    return learn_points(names, rows, is_false)


def rankings(queue: Queue, splink_points: Mapping[str, float]) -> dict[str, Scores]:
    """Return every way to rank a queue."""
    rows, splink = queue.rows, queue.splink
    return {
        OURS: {one: row["concern"] for one, row in rows.items()},
        OURS_BY_CHANCE: {one: row["chance"] for one, row in rows.items()},
        SPLINKS: {
            one: sum(splink_points[name] * value for name, value in splink[one].items())
            for one in rows
        },
        "Splink: lowest density": {one: splink[one]["sparse"] for one in rows},
        "Splink: most centralised": {one: splink[one]["centralised"] for one in rows},
        "Splink: lowest node degree": {one: splink[one]["lone_record"] for one in rows},
        "bridges, of all links": {one: splink[one].get("bridges", 0.0) for one in rows},
        "size": {one: float(row["n_records"]) for one, row in rows.items()},
        RANDOM: dict.fromkeys(rows, 0.0),
    }


def ranked(scores: Scores) -> list[str]:
    """Put identities in order of their scores; equal ones in an order that says nothing."""
    return sorted(scores, key=lambda one: (-scores[one], hashlib.blake2b(one.encode()).hexdigest()))


@dataclass(frozen=True, slots=True)
class Found:
    """What is found in the first part of a queue, over several queues together.

    Attributes:
        found: false merges in it, by kind.
        there: false merges in the whole queue, by kind.
        looked_at: identities in that part.
    """

    found: Mapping[str, int]
    there: Mapping[str, int]
    looked_at: int

    def recall(self, kinds: Sequence[str] = KINDS) -> float:
        """Return the share of the false merges of these kinds that are found."""
        there = sum(self.there[kind] for kind in kinds)
        return sum(self.found[kind] for kind in kinds) / there if there else 0.0

    @property
    def precision(self) -> float:
        """Return the share of those looked at that are false merges, of whatever kind."""
        return sum(self.found.values()) / self.looked_at


def found_in(queues: Sequence[Queue], scores: Sequence[Scores], top: float) -> Found:
    """Count what is found in the first `top` of each queue."""
    kinds = (*KINDS, OWN)
    found, there, looked_at = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0), 0
    for queue, score in zip(queues, scores, strict=True):
        first = ranked(score)[: round(top * len(score))]
        looked_at += len(first)
        for kind in queue.kinds.values():
            there[kind] += 1
        for one in first:
            if one in queue.kinds:
                found[queue.kinds[one]] += 1
    return Found(found, there, looked_at)


def tables(queues: Sequence[Queue], splink_points: Mapping[str, float]) -> tuple[str, str]:
    """Return recall and precision by ranking, and recall by kind."""
    by_queue = [rankings(queue, splink_points) for queue in queues]
    found = {
        name: [found_in(queues, [one[name] for one in by_queue], top) for top in TOPS]
        for name in by_queue[0]
    }
    heads = [f"{what} at {top:.0%}" for top in TOPS for what in ("recall", "precision")]
    overall = [
        [name, *(f"{value:.3f}" for one in each for value in (one.recall(), one.precision))]
        for name, each in found.items()
    ]
    shown = [OURS, SPLINKS, "Splink: lowest density", "size"]
    kinds = [
        [kind, str(found[OURS][0].there[kind]), str(_n_linked(queues, kind))]
        + [f"{one.recall([kind]):.3f}" for one in found[OURS]]
        + [f"{found[name][-1].recall([kind]):.3f}" for name in shown[1:]]
        for kind in (*KINDS, OWN)
    ]
    return (
        markdown(["ranked by", *heads], overall),
        markdown(
            [
                "false merge",
                "number",
                "linked by the match model",
                *(f"{OURS}, first {top:.0%}" for top in TOPS),
            ]
            + [f"{name}, first {TOPS[-1]:.0%}" for name in shown[1:]],
            kinds,
        ),
    )


def _n_linked(queues: Sequence[Queue], kind: str) -> int:
    """Count the false merges of a kind that the match model's own links hold together."""
    return sum(
        of_kind == kind and one not in queue.held_by_us
        for queue in queues
        for one, of_kind in queue.kinds.items()
    )


def main() -> None:
    """Print the tables; with `--fit` the weights too."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name:
        made = {}
        for seed in dict.fromkeys([*arguments.learn_seeds, *arguments.seeds]):
            print(f"seed {seed}", file=sys.stderr, flush=True)
            made[seed] = make_queue(arguments.people, arguments.hardness, seed, Path(name))
    learning = [made[seed] for seed in arguments.learn_seeds]
    if arguments.fit:
        base, points = learned(list(POINTS), learning)
        print(f"BASE_WEIGHT = {base:.2f}")
        print(json.dumps({name: round(value, 2) for name, value in points.items()}, indent=4))
    _, splink_points = learned(MEASURES, learning, of_splink=True)
    queues = [made[seed] for seed in arguments.seeds]
    measured = describe_machine() | {
        "people": arguments.people, "hardness": arguments.hardness,
        "generator_version": GENERATOR_VERSION, "seeds": arguments.seeds,
        "learnt on seeds": arguments.learn_seeds,
        "queue": sum(len(queue.rows) for queue in queues),
        "injected": sum(kind != OWN for queue in queues for kind in queue.kinds.values()),
    }  # fmt: skip
    print(", ".join(f"{name} {value}" for name, value in measured.items()))
    for table in tables(queues, splink_points):
        print(f"\n{table}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=20_000, help="to generate for each seed")
    parser.add_argument("--hardness", choices=HARDNESS_LEVELS, default="default")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="tested on")
    parser.add_argument("--learn-seeds", type=int, nargs="+", default=[101, 102])
    parser.add_argument("--fit", action="store_true", help="learn the weights anew, and print them")
    arguments = parser.parse_args()
    if set(arguments.seeds) & set(arguments.learn_seeds):
        parser.error("no seed may be both learnt on and tested on")
    return arguments


if __name__ == "__main__":
    main()

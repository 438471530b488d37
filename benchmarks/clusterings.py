"""Clusterings compared on the same predictions: ours, connected components, and published ones.

    python -m benchmarks.accuracy --data DIR --keep KEPT
    python -m benchmarks.clusterings KEPT [--weights 0 2 4 6 8] [--output clusterings.json]

Each parts the same components of the same pairs of a run, those that our clustering had compared
among them. Prints pairwise F1 / B³ F1 at the run's own link weight, then at each clustering's own
best of the weights given, which nobody could know without the truth.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.published import PUBLISHED, Component
from benchmarks.reporting import OURS, WeightAccuracy, accuracy_figures
from benchmarks.tables import markdown
from resolution.evaluate.accuracy import evaluate_partition
from resolution.evaluate.components import connected_components
from resolution.evaluate.session import open_session


@dataclass(frozen=True, slots=True)
class Kept:
    """What `benchmarks.accuracy --keep` wrote of one set.

    Attributes:
        clusters: ours, each record once for each link_weight.
        link_weight: of the run.
    """

    name: str
    predictions: pa.Table
    clusters: pa.Table
    truth: pa.Table
    link_weight: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One clustering of one set, by link weight, lowest first; the run's is among them."""

    record_set: str
    clustering: str
    run_weight: float
    by_weight: list[WeightAccuracy]
    seconds: float

    @property
    def default(self) -> WeightAccuracy:
        """Return what comes out at the link weight of the run."""
        [row] = [row for row in self.by_weight if row.weight == self.run_weight]
        return row

    @property
    def best(self) -> WeightAccuracy:
        """Return the best pairwise F1 at any of the weights."""
        return max(self.by_weight, key=lambda row: row.accuracy.pairs.f1)

    def as_json(self) -> dict[str, Any]:
        """Return plain figures for a file."""
        return {
            "set": self.record_set,
            "clustering": self.clustering,
            "seconds": round(self.seconds, 2),
            "by_weight": [
                {"weight": row.weight, **accuracy_figures(row.accuracy)} for row in self.by_weight
            ],
        }


def read_kept(folder: Path) -> Kept:
    """Read what was kept of a set.

    Raises:
        FileNotFoundError: if that is not all there.
    """
    told = json.loads((folder / "set.json").read_text(encoding="utf-8"))
    predictions = pq.read_table(folder / "predictions.parquet")
    # the others are given all that ours goes by
    evidence = pc.add(predictions["match_weight"], predictions["source_weight"])
    at = predictions.schema.get_field_index("match_weight")
    return Kept(
        told["name"],
        predictions.set_column(at, "match_weight", evidence),
        pq.read_table(folder / "clusters.parquet"),
        pq.read_table(folder / "truth.parquet"),
        told["link_weight"],
    )


def compare(kept: Kept, link_weights: list[float], scratch: Path) -> list[Compared]:
    """Cluster a set in every way at every link weight; ours first, at those that were kept."""
    ours = [
        WeightAccuracy(weight, evaluate_partition(_ours_at(kept, weight), kept.truth))
        for weight in sorted(set(link_weights))
        if weight in kept.clusters.column("link_weight").unique().to_pylist()
    ]
    record_ids = _ours_at(kept, kept.link_weight).column("record_id")
    found = {OURS: ours} | {name: [] for name in PUBLISHED}
    seconds = dict.fromkeys(found, 0.0)
    for link_weight in sorted(set(link_weights)):
        joined = connected_components(record_ids, kept.predictions, link_weight, scratch=scratch)
        components = list(_components(kept.predictions, joined, link_weight, scratch))
        names = joined.column("record_id").to_pylist()
        for name, cluster in PUBLISHED.items():
            started = time.perf_counter()
            labels = list(range(len(names)))
            for component in components:
                for group in cluster(component):
                    for record in group:
                        labels[record] = min(group)
            seconds[name] += time.perf_counter() - started
            clusters = pa.table({"record_id": names, "cluster_id": labels})
            accuracy = evaluate_partition(clusters, kept.truth, scratch=scratch)
            found[name].append(WeightAccuracy(link_weight, accuracy))
    return [
        Compared(kept.name, name, kept.link_weight, rows, seconds[name])
        for name, rows in found.items()
    ]


def _ours_at(kept: Kept, link_weight: float) -> pa.Table:
    return kept.clusters.filter(pc.field("link_weight") == link_weight)


def _components(
    predictions: pa.Table, joined: pa.Table, link_weight: float, scratch: Path
) -> Iterator[Component]:
    """Give each component of two records or more; records are numbered from 0 in order of id."""
    with open_session(scratch) as session:
        session.register("predictions", predictions)
        session.register("joined", joined)
        session.execute(
            "create table nodes as select record_id, cluster_id, "
            "row_number() over (order by record_id) - 1 as number from joined"
        )
        rows = _pairs_within(session)
        for _, pairs in groupby(rows, key=itemgetter(0)):
            weights = {(min(a, b), max(a, b)): weight for _, a, b, weight in pairs}
            records = sorted({record for pair in weights for record in pair})
            yield Component(records, weights, link_weight)


def _pairs_within(
    session: duckdb.DuckDBPyConnection,
) -> list[tuple[str, int, int, float]]:
    return session.execute(
        """
        select l.cluster_id, l.number, r.number, p.match_weight from predictions p
        join nodes l on l.record_id = p.left_id
        join nodes r on r.record_id = p.right_id and r.cluster_id = l.cluster_id
        order by all"""
    ).fetchall()


def table_of(compared: list[Compared], *, at_best: bool) -> str:
    """Return a row for each clustering and a column for each set: pairwise F1 / B³ F1."""
    by_name: dict[str, dict[str, str]] = {}
    for one in compared:
        row = one.best if at_best else one.default
        figures = f"{row.accuracy.pairs.f1:.4f} / {row.accuracy.b_cubed.f1:.4f}"
        if at_best:
            figures += f" at {row.weight:g}"
        by_name.setdefault(one.clustering, {})[one.record_set] = figures
    sets = list(dict.fromkeys(one.record_set for one in compared))
    rows = [
        [name, *(figures.get(record_set, "") for record_set in sets)]
        for name, figures in by_name.items()
    ]
    return markdown(["clustering", *sets], rows)


def main() -> None:
    """Print both tables, and the seconds each clustering took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("kept", type=Path, help="what benchmarks.accuracy --keep wrote")
    parser.add_argument("--sets", nargs="*", help="folders in it; all when not given")
    parser.add_argument("--weights", nargs="*", type=float, default=[0.0, 2.0, 4.0, 6.0, 8.0],
                        help="above the link weight of the run")  # fmt: skip
    parser.add_argument("--output", type=Path, help="write every figure as JSON")
    arguments = parser.parse_args()
    folders = sorted(path.parent for path in arguments.kept.glob("*/set.json"))
    compared: list[Compared] = []
    with tempfile.TemporaryDirectory() as scratch:
        for folder in folders:
            if not arguments.sets or folder.name in arguments.sets:
                print(folder.name, file=sys.stderr, flush=True)
                kept = read_kept(folder)
                default = kept.link_weight
                weights = sorted({default, *(default + step for step in arguments.weights)})
                compared += compare(kept, weights, Path(scratch))
    print("At the link weight of the run: pairwise F1 / B³ F1\n")
    print(table_of(compared, at_best=False))
    print("\nAt the best of the link weights for each\n")
    print(table_of(compared, at_best=True))
    seconds = dict.fromkeys(dict.fromkeys(one.clustering for one in compared), 0.0)
    for one in compared:
        seconds[one.clustering] += one.seconds
    spent = ", ".join(f"{name} {seconds[name]:.1f}" for name in PUBLISHED if name in seconds)
    print("\nSeconds:", spent)
    if arguments.output:
        figures = [one.as_json() for one in compared]
        arguments.output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

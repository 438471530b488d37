"""Runs other tools on the same tables as plain Splink, each in an environment of its own.

    python -m benchmarks.peers --data DIR [--sets febrl4 ...] [--levels default --people 20000]

The tool is installed by uv from the package registry when it is first run, at the versions its
script names. Connected components of the pairs it takes for matches are its clusters.
"""

import argparse
import json
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from uv import find_uv_bin

from benchmarks.data_sets import SETS
from benchmarks.plain_models import PLAIN_MODELS
from benchmarks.plain_models.declaration import PlainModel
from benchmarks.plain_models.generated import GENERATED, write_plain_file
from benchmarks.reporting import PLAIN
from benchmarks.tables import markdown
from models.tables import TRUTH
from resolution.evaluate.accuracy import evaluate_partition
from resolution.evaluate.components import connected_components
from resolution.evaluate.scores import Accuracy
from resolution.generate.generate import HARDNESS_LEVELS, generate

_SCRIPT = Path(__file__).parent / "peer_scripts" / "recordlinkage_ecm.py"
TOOL = "recordlinkage 0.16, ECM"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tool without rules of its own is to use the columns of a table.

    Attributes:
        blocks: pairs that agree on all columns of a block are compared.
        texts: columns compared by Jaro-Winkler.
        exact: columns compared as they are.
    """

    blocks: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    exact: tuple[str, ...]
    link_only: bool = False


_FEBRL_TEXTS = ("given_name", "surname", "address_1", "suburb")
_FEBRL_EXACT = ("date_of_birth", "soc_sec_id", "postcode", "state", "street_number")
_FEBRL_BLOCKS = (
    ("given_name",),
    ("surname",),
    ("date_of_birth",),
    ("soc_sec_id",),
    ("postcode", "street_number"),
)
PLANS = {
    "fake_1000": Plan(
        (("first_name",), ("surname",), ("dob",), ("email",)),
        ("first_name", "surname", "email"),
        ("dob", "city"),
    ),
    "febrl3": Plan(_FEBRL_BLOCKS, _FEBRL_TEXTS, _FEBRL_EXACT),
    "febrl4": Plan(_FEBRL_BLOCKS, _FEBRL_TEXTS, _FEBRL_EXACT, link_only=True),
    "historical_50k": Plan(
        (("first_name", "surname"), ("surname", "dob"), ("first_name", "dob"),
         ("postcode_fake", "surname"), ("postcode_fake", "first_name"), ("dob", "birth_place")),
        ("first_name", "surname", "birth_place"),
        ("dob", "postcode_fake", "occupation"),
    ),
    "census_ssa": Plan(
        (("first_name", "last_name"), ("dob",)),
        ("first_name", "last_name"),
        ("middle", "dob", "sex"),
    ),
    "generated": Plan(
        (("document",), ("given", "family"), ("dob", "family"), ("dob", "given"),
         ("dob", "nationality")),
        ("given", "family"),
        ("dob", "nationality", "document"),
    ),
}  # fmt: skip


def run_peer(
    model: PlainModel, plan: Plan, truth: pa.Table, data: Path, scratch: Path
) -> tuple[Accuracy, float]:
    """Give the tool the table that plain Splink reads; measure its clusters and its seconds."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        records, plan_file, found = (
            Path(folder) / name for name in ("records.parquet", "plan.json", "found.parquet")
        )
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            connection.execute("set variable data = $data", {"data": str(data)})
            table = connection.execute(model.columns).to_arrow_table()
        pq.write_table(table, records)
        plan_file.write_text(json.dumps(asdict(plan)), encoding="utf-8")
        # Installing is no part of the time.
        subprocess.run([find_uv_bin(), "sync", "--quiet", "--script", _SCRIPT], check=True)
        started = time.perf_counter()
        subprocess.run(
            [find_uv_bin(), "run", "--quiet", "--script", _SCRIPT, records, plan_file, found],
            check=True,
        )
        seconds = time.perf_counter() - started
        pairs = pq.read_table(found)
        linked = pa.table(
            {
                "left_id": pairs.column("left_id"),
                "right_id": pairs.column("right_id"),
                "match_weight": pa.array([1.0] * pairs.num_rows),
            }
        )
        clusters = connected_components(table.column("unique_id"), linked, 0.0, scratch=scratch)
        return evaluate_partition(clusters, truth, scratch=scratch), seconds


def main() -> None:
    """Print one row for each set."""
    arguments = _arguments()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for record_set in SETS:
            if record_set.name in arguments.sets:
                truth = record_set.read_truth(arguments.data)
                model = PLAIN_MODELS[record_set.name][PLAIN]
                plan = PLANS[record_set.name]
                measured = run_peer(model, plan, truth, arguments.data.resolve(), scratch)
                rows.append(_row(record_set.name, *measured))
        for hardness in arguments.levels:
            data = scratch / hardness
            generate(arguments.people, seed=1, hardness=hardness, folder=data)
            write_plain_file(data)
            truth = pa_csv.read_csv(data / "truth" / "truth.csv").cast(TRUTH)
            measured = run_peer(GENERATED, PLANS["generated"], truth, data, scratch)
            rows.append(_row(f"generated, {hardness}, seed 1", *measured))
    headings = ("set", "tool", "P", "R", "F1", "B³ F1", "exact P", "one person only", "s")
    print(markdown(headings, rows))


def _row(name: str, accuracy: Accuracy, seconds: float) -> list[str]:
    shares = (
        accuracy.pairs.precision, accuracy.pairs.recall, accuracy.pairs.f1, accuracy.b_cubed.f1,
        accuracy.clusters.precision, accuracy.clusters.of_one_person,
    )  # fmt: skip
    return [name, TOOL, *(f"{share:.4f}" for share in shares), f"{seconds:.1f}"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    names = [name for name in PLANS if name != "generated"]
    parser.add_argument("--data", type=Path, required=True, help="folder of the record sets")
    parser.add_argument("--sets", nargs="*", choices=names, default=names)
    parser.add_argument("--levels", nargs="*", choices=HARDNESS_LEVELS, default=HARDNESS_LEVELS)
    parser.add_argument("--people", type=int, default=20_000, help="to generate")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Scoring one question against 50 candidates, beside Splink's real-time compare, in one run.

    python -m benchmarks.live_scoring [--people 2000] [--questions 200] [--data DIR]

Both weigh the same question with the same 50 records by the match model that ships. Splink has
them as a table of what the model compares, its statement cached; ours has them as compared records.
What each look-up and each standardising costs is left out of both; what it costs us to make a
compared record of a stored one is told apart. Every weight is checked to 1e-9.

With `--data` nothing is timed: every pair that blocking brings together in the public sets and in
generated people of every hardness is weighed by both, and the largest difference told.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from benchmarks.data_sets import SETS
from benchmarks.machine import describe_machine
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, EmptyStore
from models.match_model.package import MatchModelPackage
from models.workspace import Workspace
from resolution import pipeline
from resolution.engines.duckdb_engine import EngineLimits, open_engine
from resolution.generate.generate import generate
from resolution.generate.hardness import HARDNESS_LEVELS
from resolution.link.blocking import make_keys, make_pairs
from resolution.link.features import apply_frequencies, build_features, define_macros
from resolution.link.live_scoring import ComparedRecord, LiveScorer
from resolution.link.packages import load_package, shipped_package
from resolution.link.predict import compared_columns, score_pairs
from resolution.sources.mapping import load_mappings

CANDIDATES = 50
_LARGEST_DIFFERENCE = 1e-9


@contextmanager
def prepared(records: pa.Table, package: MatchModelPackage) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that holds `model_input` and `blocking_keys` of these records, in order."""
    numbered = records.append_column("record_no", pa.array(range(records.num_rows), pa.int64()))
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_engine(Path(scratch), limits=EngineLimits(memory="4GB")) as connection,
    ):
        connection.register("standardised", numbered)
        define_macros(connection)
        build_features(connection, "standardised")
        apply_frequencies(connection, package.frequencies)
        make_keys(connection)
        yield connection


def standardised_records(mapping_files: Sequence[Path], data: Path) -> pa.Table:
    """Read and standardise the sources of these mappings, in order of record id."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder), data)
        workspace.mappings.mkdir(parents=True)
        for file in mapping_files:
            shutil.copy(file, workspace.mappings)
        pipeline.ingest(
            load_mappings(workspace.mappings),
            workspace=workspace,
            log=EmptyStore(),
            clock=lambda: datetime.now(UTC),
            progress=_quiet,
        )
        files = sorted(workspace.standardised_records.glob("*.parquet"))
        return pa.concat_tables([pq.read_table(file) for file in files]).sort_by("record_id")


def _quiet(stage: str, done: int, total: int) -> None:
    """Take no notice of progress."""


def generated_records(people: int, hardness: str) -> pa.Table:
    """Generate people and standardise their records."""
    with tempfile.TemporaryDirectory() as folder:
        generate(people, seed=1, hardness=hardness, folder=Path(folder))
        return standardised_records(sorted(EXAMPLE_MAPPINGS.glob("*.yaml")), Path(folder))


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


def _by_splink(
    connection: duckdb.DuckDBPyConnection,
    api: DuckDBAPI,
    package: MatchModelPackage,
    question: pa.Table,
    candidates: pa.Table,
) -> dict[int, float]:
    """Weigh by Splink's cached compare; return the weight by number of the candidate."""
    made = compare_records(
        question, candidates, package.settings, api, sql_cache_key="live_scoring"
    )
    weights = dict(connection.execute(
        f"select unique_id_r, match_weight from {made.physical_name}").fetchall())  # fmt: skip
    made.drop_table_from_database_and_remove_from_cache(force_non_splink_table=True)
    return weights


def compare(people: int, questions: int) -> dict[str, Any]:
    """Time both on the same questions, one after the other, and compare their weights."""
    package = _shipped()
    scorer = LiveScorer(package)
    records = generated_records(people, "default")
    rows = records.to_pylist()
    ours, splinks, making, differences = [], [], [], []
    with prepared(records, package) as connection:
        columns = ", ".join(compared_columns(connection, package.settings))
        model_input = connection.execute(
            f"select {columns} from model_input order by unique_id").to_arrow_table()  # fmt: skip
        api = DuckDBAPI(connection)
        step = max(1, (len(rows) - CANDIDATES) // questions)
        for number in range(0, step * questions, step):
            places = _candidates_of(connection, number)
            if len(places) < CANDIDATES:
                continue
            tables = model_input.slice(number, 1), model_input.take(places)
            splink_s, theirs = _timed(lambda: _by_splink(connection, api, package, *tables))  # noqa: B023
            asked = scorer.record(rows[number])
            making_s, compared = _timed(lambda: [scorer.scored_record(rows[p]) for p in places])  # noqa: B023
            ours_s, weights = _timed(lambda: _weigh(scorer, asked, compared))  # noqa: B023
            splinks.append(splink_s)
            making.append(making_s)
            ours.append(ours_s)
            differences += [abs(theirs[p] - w) for p, w in zip(places, weights, strict=True)]
    # the first of each warms up: Splink writes its statement then
    return _summary(ours[1:], splinks[1:], making[1:]) | {
        "largest_difference": max(differences),
        "weights_compared": len(differences),
    }


def _candidates_of(connection: duckdb.DuckDBPyConnection, number: int) -> list[int]:
    """Return 50 records after this one, those that share most keys with it first."""
    return [
        row[0]
        for row in connection.execute(f"""
            select m.unique_id from model_input m
            left join (select k.unique_id, count(*) as shared from blocking_keys k
                join blocking_keys o on o.key = k.key and o.unique_id = {number}
                group by k.unique_id) s using (unique_id)
            where m.unique_id > {number}
            order by coalesce(s.shared, 0) desc, m.unique_id limit {CANDIDATES}""").fetchall()
    ]


def _weigh(
    scorer: LiveScorer, asked: ComparedRecord, compared: Sequence[ComparedRecord]
) -> list[float]:
    return [scorer.weight(asked, one) for one in compared]


def _summary(ours: list[float], splinks: list[float], making: list[float]) -> dict[str, Any]:
    def milliseconds(times: list[float]) -> dict[str, float]:
        cuts = statistics.quantiles(times, n=100)
        return {"p50": round(cuts[49] * 1e3, 3), "p99": round(cuts[98] * 1e3, 3)}

    return {
        "questions": len(ours),
        "ours_ms": milliseconds(ours),
        "splink_cached_ms": milliseconds(splinks),
        "our_records_made_ms": milliseconds(making),
        "times_faster": round(statistics.median(splinks) / statistics.median(ours), 1),
        "times_faster_making_records_too": round(
            statistics.median(splinks)
            / statistics.median([one + other for one, other in zip(ours, making, strict=True)]),
            1,
        ),
    }


def parity(data: Path, people: int) -> dict[str, Any]:
    """Weigh every candidate pair of every set by both; return the largest differences."""
    package = _shipped()
    scorer = LiveScorer(package)
    sets: dict[str, Callable[[], pa.Table]] = {
        one.name: lambda one=one: standardised_records(one.mapping_files(), data)  # type: ignore[misc]
        for one in SETS
    }
    sets |= {
        f"generated, {level}": lambda level=level: generated_records(people, level)  # type: ignore[misc]
        for level in HARDNESS_LEVELS
    }
    found = {}
    for name, read in sets.items():
        found[name] = _differences(read(), package, scorer)
        print(json.dumps({name: found[name]}), flush=True)
    return found


def _differences(
    records: pa.Table, package: MatchModelPackage, scorer: LiveScorer
) -> dict[str, float]:
    with prepared(records, package) as connection:
        make_pairs(connection, package.capped_keys)
        score_pairs(connection, package, pairs="pairs", scored="scored")
        scored = connection.execute("select left_no, right_no, match_weight from scored").fetchall()
    compared = [scorer.scored_record(row) for row in records.to_pylist()]
    return {
        "records": len(compared),
        "pairs": len(scored),
        "largest_difference": max(
            abs(scorer.weight(compared[left], compared[right]) - weight)
            for left, right, weight in scored
        ),
    }


def _shipped() -> MatchModelPackage:
    place = shipped_package()
    if place is None:
        raise SystemExit("no match model ships with this checkout")
    return load_package(place)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=2_000, help="to generate")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--data", type=Path, help="folder of the public sets: parity, no times")
    arguments = parser.parse_args()
    if arguments.data:
        found = parity(arguments.data, arguments.people)
    else:
        found = compare(arguments.people, arguments.questions)
        print(json.dumps(describe_machine() | found, indent=1))
    differences = [found] if "questions" in found else list(found.values())
    if any(one["largest_difference"] > _LARGEST_DIFFERENCE for one in differences):
        raise SystemExit("weights differ")


if __name__ == "__main__":
    main()

"""Records written over HTTP: durable records a second and latency; and a soak of mixed load.

    python -m benchmarks.live_writes [--people 20000] [--workspace DIR] [--workers 2]
        [--clients 1 4 8] [--seconds 20] [--soak-minutes 15] [--users 8] [--store embedded | neo4j]

About 2.5 records are generated for each person and published, unless a workspace with a published
run is given: it is changed. Half of what arrives are further records of people who are known, half
are people of another seed. Written singly and by twenty, by several numbers of clients, on the
server's own cores; every record is on disk before its answer. The soak then runs the scenario of
`benchmarks/scenarios/mixed_load.py` with locust, samples the memory of the servers, and holds
who is one person at the end to one run over the records there are.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq

from api.settings import load_settings
from api.wiring import Store, opened
from benchmarks.machine import describe_machine
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS, EmptyStore
from benchmarks.who_is import a_store, build, serving
from models.live_change import RecordChange
from models.tables import SOURCE_ATTRIBUTES
from models.workspace import Workspace
from resolution import pipeline
from resolution.generate.generate import generate
from resolution.link.packages import load_package
from resolution.live_segments import drain_live_changes
from resolution.sources.mapping import load_mappings

_ARRIVALS = 40_000
_BATCH = 20
_SCENARIO = Path(__file__).parent / "scenarios" / "mixed_load.py"


def draw_arrivals(workspace: Path, scratch: Path, seed: int) -> list[dict[str, Any]]:
    """Make records to write: further ones of known people, and ones of people nobody knows."""
    chance = random.Random(seed)  # noqa: S311  # nothing secret is drawn
    strangers = Workspace(scratch / "strangers", scratch / "strangers")
    strangers.root.mkdir()
    generate(_ARRIVALS // 5, seed=seed + 1_000, hardness="default", folder=strangers.root)
    pipeline.ingest(
        load_mappings(EXAMPLE_MAPPINGS), workspace=strangers, log=EmptyStore(),
        clock=lambda: datetime.now(UTC), progress=lambda *_: None,
    )  # fmt: skip
    arrivals = []
    for root, mark in ((workspace, "K"), (strangers.root, "N")):
        rows = []
        for file in sorted((root / "source_records").glob("*.parquet")):
            table = pq.read_table(file)
            chosen = chance.sample(range(table.num_rows), min(_ARRIVALS // 4, table.num_rows))
            rows += [row for row in table.take(chosen).to_pylist() if row["role"] == "person"]
        chance.shuffle(rows)
        arrivals += [_arrival(row, mark) for row in rows[: _ARRIVALS // 2]]
    chance.shuffle(arrivals)
    return arrivals


def _arrival(row: dict[str, Any], mark: str) -> dict[str, Any]:
    attributes = {
        name: [
            {part: text[:500] for part, text in item.items() if text and part != "raw_path"}
            for item in row[name][:20]
        ]
        for name in SOURCE_ATTRIBUTES
        if row[name]
    }
    return {
        "source": row["source"],
        "source_record_id": f"{mark}{row['source_record_id']}",
        "record": {"attributes": attributes},
    }


@dataclass
class Load:
    """What some clients saw together."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0


async def _write_on(
    port: int, requests: Iterator[tuple[bytes, bytes]], load: Load, until: float
) -> None:
    """Write one request after the other on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        line, body = next(requests)
        started = time.perf_counter()
        writer.write(
            line + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Purpose: benchmark\r\n"
            b"Content-Type: application/json\r\nContent-Length: "
            + f"{len(body)}\r\n\r\n".encode() + body
        )  # fmt: skip
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        [length] = [one.partition(":")[2] for one in lines if one.startswith("content-length")]
        await reader.readexactly(int(length))
        load.seconds.append(time.perf_counter() - started)
        load.refused += lines[0].split()[1] != "200"
    writer.close()


def singly(arrivals: Iterator[dict[str, Any]]) -> Iterator[tuple[bytes, bytes]]:
    """Make a PUT of each record."""
    for one in arrivals:
        path = f"PUT /v1/records/{one['source']}/{quote(one['source_record_id'], safe='')}"
        yield path.encode(), json.dumps(one["record"]).encode()


def by_twenty(arrivals: Iterator[dict[str, Any]]) -> Iterator[tuple[bytes, bytes]]:
    """Make a POST of every twenty records."""
    while True:
        records = [next(arrivals) for _ in range(_BATCH)]
        yield b"POST /v1/records:batch", json.dumps({"records": records}).encode()


def endless(arrivals: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the records, and then again under other ids."""
    for turn in count():
        for one in arrivals:
            yield one | {"source_record_id": f"{one['source_record_id']}-{turn}"}


def measure(
    port: int, arrivals: Iterator[dict[str, Any]], clients: Sequence[int], seconds: float
) -> list[dict[str, Any]]:
    """Write singly and by twenty with each number of clients; return the figures of each."""
    figures = []
    asyncio.run(_load(port, singly(arrivals), 2, seconds / 4))  # warms up
    for way, make, records in (("singly", singly, 1), ("by twenty", by_twenty, _BATCH)):
        for number in clients:
            started = time.perf_counter()
            load = asyncio.run(_load(port, make(arrivals), number, seconds))
            taken = time.perf_counter() - started
            cuts = statistics.quantiles(load.seconds, n=100)
            figures.append({
                "written": way,
                "clients": number,
                "records": records * len(load.seconds),
                "records_per_second": round(records * len(load.seconds) / taken, 1),
                "p50_ms": round(cuts[49] * 1e3, 1),
                "p95_ms": round(cuts[94] * 1e3, 1),
                "p99_ms": round(cuts[98] * 1e3, 1),
                "refused": load.refused,
            })  # fmt: skip
            print(json.dumps(figures[-1]), flush=True)
    return figures


async def _load(
    port: int, requests: Iterator[tuple[bytes, bytes]], clients: int, seconds: float
) -> Load:
    load = Load()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_write_on(port, requests, load, until) for _ in range(clients)))
    return load


def soak(
    port: int, arrivals: Sequence[dict[str, Any]], minutes: float, users: int, scratch: Path
) -> dict[str, Any]:
    """Run the mixed scenario; return what it saw, and the servers' memory by minute."""
    file = scratch / "arrivals.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in arrivals), "utf-8")
    command = [
        sys.executable, "-m", "locust", "-f", str(_SCENARIO), "--headless", "--only-summary",
        "--host", f"http://127.0.0.1:{port}", "--users", str(users), "--spawn-rate", "2",
        "--run-time", f"{minutes * 60:.0f}s", "--arrivals", str(file), "--json",
        "--exit-code-on-error", "0",
    ]  # fmt: skip
    memory: list[tuple[float, float]] = []
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile() as log:
        tool = subprocess.Popen(command, stdout=told, stderr=log)
        while tool.poll() is None:
            memory.append((time.monotonic() - began, _resident_mb(port)))
            time.sleep(5)
        told.seek(0)
        requests = json.load(told)
    return {
        "minutes": minutes,
        "users": users,
        "requests": [
            {
                "name": one["name"],
                "requests": one["num_requests"],
                "failures": one["num_failures"],
                "p50_ms": _percentile(one["response_times"], 0.50),
                "p99_ms": _percentile(one["response_times"], 0.99),
            }
            for one in requests
        ],
        "memory_mb": [round(mb) for seconds, mb in memory if seconds % 60 < 5],
        "growth_in_5_minutes": _growth(memory),
    }


def _percentile(times: dict[str, int], share: float) -> float:
    """Return a percentile of a histogram of milliseconds."""
    reached, wanted = 0, share * sum(times.values())
    for milliseconds in sorted(times, key=float):
        reached += times[milliseconds]
        if reached >= wanted:
            return float(milliseconds)
    return 0.0


def _resident_mb(port: int) -> float:
    """Return the memory of the processes that serve a port: those that were started with it."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes().decode().split("\0")
            parent = (status.parent / "stat").read_text().rpartition(")")[2].split()[1]
            ours = (Path("/proc") / parent / "cmdline").read_bytes().decode().split("\0")
            if "--port" in command + ours and str(port) in command + ours:
                lines = status.read_text().splitlines()
                total += sum(int(one.split()[1]) for one in lines if one.startswith("RssAnon"))
        except OSError:
            continue  # it ended meanwhile
    return total / 1024


def _growth(memory: Sequence[tuple[float, float]]) -> float:
    """Return the share by which memory grows in five minutes, after the first third."""
    settled = [one for one in memory if one[0] >= memory[-1][0] / 3]
    if len(settled) < 3:
        return 0.0
    seconds, sizes = zip(*settled, strict=True)
    slope = statistics.linear_regression(seconds, sizes).slope
    return round(300 * slope / statistics.fmean(sizes), 4)


class _Kept(EmptyStore):
    """What a store holds, as the input of a run that knows of no run before it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.segments())
        self._store = store

    def live_changes(self, *, after: int) -> tuple[int, list[RecordChange]]:
        """Return what was written after a live change."""
        return self._store.live_changes(after=after)


def hold_to_one_run(workspace: Workspace, store: Store) -> dict[str, Any]:
    """Tell whether the people served are those of one run over the records there are."""
    run = store.published_run()
    if run is None:
        raise SystemExit("nothing is published")
    served: dict[str, set[str]] = {}
    for batch in store.memberships():
        for row in batch.to_pylist():
            served.setdefault(row["identity_id"], set()).add(row["record_id"])
    kept = _Kept(store)
    drain_live_changes(
        workspace=workspace, log=kept, clock=lambda: datetime.now(UTC), progress=lambda *_: None
    )
    resolved = pipeline.resolve(
        workspace=workspace, log=kept, history=kept, decisions=kept,
        package=load_package(workspace.match_models / run.model_version),
        new_identity_id=map("id-{}".format, count()).__next__,
        clock=lambda: datetime.now(UTC), progress=lambda *_: None,
    )  # fmt: skip
    found: dict[str, set[str]] = {}
    for row in pq.read_table(resolved.artefacts_folder / "clusters.parquet").to_pylist():
        found.setdefault(row["cluster_id"], set()).add(row["record_id"])
    ours, theirs = (set(map(frozenset, one.values())) for one in (served, found))
    return {
        "people_served": len(ours),
        "people_of_one_run": len(theirs),
        "people_that_differ": len(ours ^ theirs),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=20_000, help="to generate")
    parser.add_argument("--workspace", type=Path, help="one with a published run, instead")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 4, 8])
    parser.add_argument("--seconds", type=float, default=20.0, help="for each number of clients")
    parser.add_argument("--soak-minutes", type=float, default=0.0)
    parser.add_argument(
        "--hold", action=argparse.BooleanOptionalAction, default=True,
        help="hold the people at the end to one run",
    )  # fmt: skip
    parser.add_argument("--users", type=int, default=8, help="of the soak")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=Path, help="folder with room for the workspace")
    parser.add_argument("--store", choices=("embedded", "neo4j"), default="embedded")
    arguments = parser.parse_args()
    if arguments.workspace and arguments.store != "embedded":
        parser.error("a workspace that is given has its own store: leave one of the two out")
    figures: dict[str, Any] = describe_machine() | {"store": arguments.store}
    with (
        tempfile.TemporaryDirectory(dir=arguments.scratch) as folder,
        a_store(arguments.store, Path(folder)) as store,
    ):
        root = arguments.workspace or build(arguments.people, Path(folder), store)
        arrivals = draw_arrivals(root, Path(folder), arguments.seed)
        with serving(root, arguments.workers, store) as port:
            if arguments.clients:
                figures["load"] = measure(
                    port, endless(arrivals), arguments.clients, arguments.seconds
                )
            if arguments.soak_minutes:
                figures["soak"] = soak(
                    port, arrivals, arguments.soak_minutes, arguments.users, Path(folder)
                )
        if arguments.hold:
            with opened(load_settings(root, **store)) as deployment:
                held = hold_to_one_run(deployment.workspace, deployment.store)
            figures["held_to_one_run"] = held
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()

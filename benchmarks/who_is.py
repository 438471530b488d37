"""Who-is over HTTP: latency and questions answered a second, by number of clients.

    python -m benchmarks.who_is [--people 400000] [--workspace DIR] [--workers 2]
        [--clients 1 8 32] [--seconds 20] [--store embedded | neo4j]

About 2.5 records are generated for each person and published, unless a workspace with a published
run is given; `identigraph serve` then answers on loopback, on the same cores as the clients. Each
client keeps one connection and asks the next question when it has the answer to the last. The
tens of thousands of questions are made of records drawn from all sources: of some the name and the
date of birth, of others more or less. Every answer is audited, durably, before it leaves. With
`--store neo4j` the run is published to a Neo4j server of its own, on the same cores as well.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.batch_speed import run_ours
from benchmarks.machine import describe_machine
from benchmarks.pipeline_run import EXAMPLE_MAPPINGS
from resolution.generate.generate import generate
from tests.neo4j_server import Neo4jServer

# What a question is made of, and how many of a hundred are.
_KINDS = (
    (("names", "dates_of_birth"), 50),
    (("names", "dates_of_birth", "nationalities", "sexes"), 20),
    (("names",), 10),
    (("names", "documents"), 10),
    (("names", "dates_of_birth", "nationalities", "documents", "addresses", "phones"), 10),
)
_ASKED_OF_A_FILE = 20_000
_READY_WITHIN_S = 120.0


def build(people: int, folder: Path, store: Mapping[str, str]) -> Path:
    """Generate people, run everything on them; return the workspace.

    Args:
        people: how many.
        folder: where everything is put.
        store: settings of the store, where it is not the workspace's own.
    """
    data, root = folder / "data", folder / "workspace"
    (root / "mappings").mkdir(parents=True)
    data.mkdir()
    for mapping in EXAMPLE_MAPPINGS.glob("*.yaml"):
        shutil.copy(mapping, root / "mappings")
    generate(people, seed=1, hardness="default", folder=data)
    report = run_ours(data, root, **store)
    print(json.dumps(report), flush=True)
    return root


def draw_questions(workspace: Path, seed: int) -> list[bytes]:
    """Make questions of records of every source, in an order of chance, as JSON."""
    chance = random.Random(seed)  # noqa: S311  # nothing secret is drawn
    kinds, shares = zip(*_KINDS, strict=True)
    columns = sorted({name for kind in kinds for name in kind})
    questions = []
    for file in sorted((workspace / "source_records").glob("**/*.parquet")):
        table = pq.read_table(file, columns=columns)
        chosen = chance.sample(range(table.num_rows), min(_ASKED_OF_A_FILE, table.num_rows))
        for row in table.take(chosen).to_pylist():
            [kind] = chance.choices(kinds, shares)
            asked = {name: [_given(item) for item in row[name]][:20] for name in kind if row[name]}
            if asked.get("names"):
                questions.append(json.dumps({"attributes": asked}).encode())
    chance.shuffle(questions)
    return questions


def _given(item: dict[str, Any]) -> dict[str, Any]:
    return {part: text[:500] for part, text in item.items() if text and part != "raw_path"}


@contextmanager
def a_store(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give the settings of a store; a server is started for it where it needs one."""
    if kind == "embedded":
        yield {}
        return
    server = Neo4jServer(folder / "neo4j", heap="1g", page_cache="1g").start()
    try:
        yield {"neo4j_address": server.address, "neo4j_password": server.password}
        print(json.dumps({"processor seconds of Neo4j": server.processor_s()}))
    finally:
        server.stop()


@contextmanager
def serving(workspace: Path, workers: int, store: Mapping[str, str]) -> Iterator[int]:
    """Serve a workspace on a free port until done."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "api.commands.main", "serve", "--workspace", str(workspace),
        "--port", str(port), "--workers", str(workers),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:
        given = {f"IDENTIGRAPH_{name.upper()}": value for name, value in store.items()}
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | given)
        try:
            _wait_until_ready(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not become ready")


@dataclass
class Load:
    """What some clients saw together."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)


async def _ask_on(port: int, questions: Iterator[bytes], load: Load, until: float) -> None:
    """Ask one question after the other on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        b"POST /v1/who-is HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Purpose: benchmark\r\n"
        b"Content-Type: application/json\r\nContent-Length: "
    )
    while time.perf_counter() < until:
        question = next(questions)
        started = time.perf_counter()
        writer.write(head + f"{len(question)}\r\n\r\n".encode() + question)
        answered = await reader.readuntil(b"\r\n\r\n")
        lines = answered.decode().lower().split("\r\n")
        [length] = [line.partition(":")[2] for line in lines if line.startswith("content-length")]
        body = await reader.readexactly(int(length))
        load.seconds.append(time.perf_counter() - started)
        load.statuses[int(lines[0].split()[1])] += 1
        # a full parse would take time from the server, which runs on the same cores
        load.verdicts[body[:40].decode().partition('"verdict":"')[2].partition('"')[0]] += 1
    writer.close()


async def _load(port: int, questions: Iterator[bytes], clients: int, seconds: float) -> Load:
    load = Load()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_ask_on(port, questions, load, until) for _ in range(clients)))
    return load


def measure(
    port: int, questions: Iterator[bytes], clients: Sequence[int], seconds: float
) -> list[dict[str, Any]]:
    """Load the server with each number of clients in turn; return the figures of each."""
    asyncio.run(_load(port, questions, 4, seconds / 2))  # warms up
    figures = []
    for number in clients:
        started = time.perf_counter()
        load = asyncio.run(_load(port, questions, number, seconds))
        taken = time.perf_counter() - started
        cuts = statistics.quantiles(load.seconds, n=100)
        figures.append({
            "clients": number,
            "questions": len(load.seconds),
            "questions_per_second": round(len(load.seconds) / taken, 1),
            "p50_ms": round(cuts[49] * 1e3, 1),
            "p95_ms": round(cuts[94] * 1e3, 1),
            "p99_ms": round(cuts[98] * 1e3, 1),
            "statuses": dict(load.statuses),
            "verdicts": dict(load.verdicts),
        })  # fmt: skip
        print(json.dumps(figures[-1]), flush=True)
        if set(load.statuses) != {200}:
            raise SystemExit("some questions were not answered")
    return figures


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=400_000, help="to generate")
    parser.add_argument("--workspace", type=Path, help="one with a published run, instead")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=20.0, help="for each number of clients")
    parser.add_argument("--store", choices=("embedded", "neo4j"), default="embedded")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=Path, help="folder with room for the workspace")
    arguments = parser.parse_args()
    if arguments.workspace and arguments.store != "embedded":
        parser.error("a workspace that is given has its own store: leave one of the two out")
    with (
        tempfile.TemporaryDirectory(dir=arguments.scratch) as folder,
        a_store(arguments.store, Path(folder)) as store,
    ):
        workspace = arguments.workspace or build(arguments.people, Path(folder), store)
        questions = draw_questions(workspace, arguments.seed)
        with serving(workspace, arguments.workers, store) as port:
            figures = measure(port, cycle(questions), arguments.clients, arguments.seconds)
    machine = describe_machine() | {"workers": str(arguments.workers), "store": arguments.store}
    print(json.dumps(machine | {"load": figures}, indent=1))


if __name__ == "__main__":
    main()

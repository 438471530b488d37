"""Kill -9, of the publisher or of the server, at random moments: one whole run answers, always."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.neo4j import Neo4jStore
from models.errors import BackendUnavailableError
from tests.contract.sample_runs import publish_sample
from tests.integration.test_publish_interrupted import ROOT, numbered
from tests.neo4j_server import USER, Neo4jServer
from tests.stores import empty, settings_of

PUBLISHER = """
import json, sys
from pathlib import Path
from graph.neo4j import Neo4jSettings, Neo4jStore
from tests.contract.sample_runs import publish_sample
from tests.integration.test_publish_interrupted import numbered

given = json.loads(sys.stdin.readline())
given["scratch"] = Path(given["scratch"])
store = Neo4jStore(Neo4jSettings(**given, load_rows=2, load_bodies=1, load_people=2))
run = store.published_run()
number = 1 + (int(run.run_id.removeprefix("run-")) if run else 0)
print("begun", flush=True)
while True:
    publish_sample(store, numbered(number))
    number += 1
"""


def publisher(server: Neo4jServer, folder: Path) -> subprocess.Popen[str]:
    """Publish one run after another in a process of its own, each of a few rows at a time."""
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    given = {"address": server.address, "user": USER, "password": server.password}
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(given | {"scratch": str(folder)}) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "begun\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def served_number(store: Any) -> int:
    """Return the number of the run served, having made sure that nothing of it is missing."""
    with store.view() as view:
        run = view.run()
        if run is None:
            return 0
        state = view.identity("P1")
        numbers = {
            int(run.run_id.removeprefix("run-")),
            len(state.record_ids),
            len(view.links_of("a:0", limit=999)) + 1,
            len(view.candidates([5], limit=999).record_ids),
            len(view.records([f"a:{n}" for n in range(999)])),
            int(state.golden[0].value),
            view.record("a:0").source_record["line"],
            len(view.events_of("P1")),
            view.events_of("P1")[-1].sequence,
        }
    assert len(numbers) == 1, numbers
    return numbers.pop()


@pytest.fixture
def store(neo4j_server: Neo4jServer, tmp_path: Path) -> Iterator[Neo4jStore]:
    empty(neo4j_server)
    with Neo4jStore(settings_of(neo4j_server, tmp_path)) as store:
        yield store


def test_a_publisher_killed_at_ten_random_moments_leaves_one_whole_run(
    store: Neo4jStore, neo4j_server: Neo4jServer, tmp_path: Path
) -> None:
    chance = random.Random(11)
    served = 0
    for _ in range(10):
        process = publisher(neo4j_server, tmp_path / "scratch")
        time.sleep(chance.uniform(0.05, 2.0))
        end(process)

        assert served_number(store) >= served
        served = served_number(store)

    # who opens the store shows what a publisher had no time to show
    with Neo4jStore(settings_of(neo4j_server, tmp_path)) as again:
        served = served_number(again)
        publish_sample(again, numbered(served + 1))
    assert served_number(store) == served + 1


def kill_servers(folder: Path, *, kills: int, seed: int) -> int:
    """Kill a server, each time while it is read and a run is published; return the last number.

    After each kill the store is one whole run, none that was seen before is lost, and the next
    can be published.
    """
    chance = random.Random(seed)
    server = Neo4jServer(folder / "home").start()
    try:
        served = 0
        for _ in range(kills):
            with Neo4jStore(settings_of(server, folder)) as store:
                process = publisher(server, folder / "scratch")
                end_of_wait = time.monotonic() + chance.uniform(1.0, 4.0)
                while time.monotonic() < end_of_wait:
                    served = served_number(store)
                server.kill()
                with pytest.raises(BackendUnavailableError):
                    served_number(store)
                end(process)
            server.start()
            with Neo4jStore(settings_of(server, folder)) as store:
                # what a reader saw before is never taken back
                assert served_number(store) >= served
                served = served_number(store) + 1
                publish_sample(store, numbered(served))
                assert served_number(store) == served
    finally:
        server.kill()
    return served


def test_a_server_killed_at_random_moments_serves_one_whole_run_and_loses_none(
    tmp_path: Path,
) -> None:
    # ten of them: `python -m benchmarks.neo4j_killed`
    assert kill_servers(tmp_path, kills=2, seed=12) >= 2

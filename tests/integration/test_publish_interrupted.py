"""A publish whose process is killed half-way, and readers in other processes meanwhile."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from graph.embedded_store import EmbeddedStore
from tests.contract.sample_runs import SampleRun, body, event, golden, make_run, publish_sample

ROOT = Path(__file__).parents[2]

# Each publishes a second run and stops at one point, says so, and waits to be killed.
STOPS = {
    "after its tables are loaded": """
        store.begin_run(second.run)
        for name, given in second.tables().items():
            store.load(second.run.run_id, name, given)
        stop()
    """,
    "between two transactions of one table": """
        from graph.embedded_store import run_loading
        def stopping(pool, build, **how):
            stopping.calls += 1
            return stop() if stopping.calls == 2 else writing_to(pool, build, **how)
        stopping.calls = 0
        writing_to, run_loading.writing_to = run_loading.writing_to, stopping
        store.begin_run(second.run)
        store.load(second.run.run_id, "memberships", second.tables()["memberships"])
    """,
    "after everything is staged": """
        stage(store, second)
        stop()
    """,
    "inside the switch, before it commits": """
        from contextlib import contextmanager
        from graph.embedded_store import run_writer
        whole = run_writer.writing_to
        @contextmanager
        def stopping(pool, build, **how):
            with whole(pool, build, **how) as connection:
                yield connection
                if how.get("is_durable"):
                    stop()
        run_writer.writing_to = stopping
        stage(store, second)
        switch(store, second)
    """,
}
SWITCHED = """
        from graph.embedded_store import run_writer
        run_writer.sweep_published = lambda pool: stop()
        stage(store, second)
        switch(store, second)
"""
PRELUDE = """
import sys, textwrap, time
from pathlib import Path
from graph.embedded_store import EmbeddedStore
from graph.embedded_store.connections import StoreSettings
from tests.contract.sample_runs import stage, switch
from tests.integration.test_publish_interrupted import SECOND as second

def stop():
    print("stopped", flush=True)
    time.sleep(600)

store = EmbeddedStore(Path(sys.argv[1]), settings=StoreSettings(load_rows=1))
"""

FIRST = SampleRun(
    memberships={"a:1": "P1", "a:2": "P1"},
    links=[("a:1", "a:2", 8.0, 0)],
    golden_records={"P1": [golden("name", "FIRST", "a:1")]},
    hits=[("w:1", "a:1", 2.0, 0)],
    keys=[(5, "a:1"), (5, "a:2"), (6, "w:1")],
    events=[event("P1", "created")],
)
SECOND = SampleRun(
    run=make_run("run-2"),
    memberships={"a:1": "P1", "a:3": "P2"},
    golden_records={"P1": [golden("name", "SECOND", "a:1")]},
    bodies=[body("a:1", line=2), body("a:3")],
    keys=[(5, "a:3"), (7, "a:1")],
    events=[event("P1", "changed"), event("P2", "created")],
)
THIRD = SampleRun(
    run=make_run("run-3"),
    memberships=FIRST.memberships,
    links=FIRST.links,
    golden_records=FIRST.golden_records,
    hits=FIRST.hits,
    keys=FIRST.keys,
)


@contextmanager
def child(script: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a script in a process of its own until the block ends, then kill it as -9 does."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def served(store: Any) -> list[Any]:
    with store.view() as view:
        return [
            view.run() and view.run().run_id,
            view.identities_of(["a:1", "a:2", "a:3"]),
            [(r.record_id, r.source_record["line"]) for r in view.records(["a:1", "a:2", "a:3"])],
            view.links_of("a:1", limit=5),
            view.hits_of(["a:1"]),
            view.identity("P1").golden,
            [view.candidates([key], limit=5).record_ids for key in (5, 6, 7)],
            len(view.events_of("P1")),
        ]


def rows_by_table(store: Any) -> dict[str, int]:
    """Count the rows of every table that runs fill, dead ones too."""
    tables = (
        "record_version", "record_body", "record_keys", "blocking_key", "membership", "link",
        "golden_record", "watchlist_hit",
    )  # fmt: skip
    with store._pool.reading() as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables
        }


@pytest.mark.parametrize("stop", STOPS)
def test_a_publish_killed_half_way_leaves_the_served_run_and_is_swept(
    tmp_path: Path, stop: str
) -> None:
    path = tmp_path / "store.sqlite"
    with EmbeddedStore(path) as store:
        publish_sample(store, FIRST)
        before, rows_before = served(store), rows_by_table(store)

        with child(PRELUDE + f"exec(textwrap.dedent({STOPS[stop]!r}))", path) as process:
            assert served(store) == before
        assert process.returncode == -signal.SIGKILL

        assert served(store) == before
        with EmbeddedStore(path) as opened_again:
            assert served(opened_again) == before
        store.begin_run(THIRD.run)
        assert served(store) == before
        assert rows_by_table(store) == rows_before

        publish_sample(store, THIRD)
        assert served(store)[1:] == before[1:]
        assert [run.status for run in store.runs(limit=5)] == ["published", "failed", "superseded"]


def test_a_process_killed_right_after_the_switch_has_served_the_run(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with EmbeddedStore(path) as store:
        publish_sample(store, FIRST)

        with child(PRELUDE + f"exec(textwrap.dedent({SWITCHED!r}))", path):
            pass

        after = served(store)
        assert after[0] == "run-2"
        assert after[2] == [("a:1", 2), ("a:3", None)]
        assert after[6] == [("a:3",), (), ("a:1",)]
        store.begin_run(THIRD.run)
        assert served(store) == after
        assert rows_by_table(store)["record_version"] == 2
        assert rows_by_table(store)["blocking_key"] == 2


READER = """
import sys
from pathlib import Path
from graph.embedded_store import EmbeddedStore
from models.errors import IdentityNotFoundError

store = EmbeddedStore(Path(sys.argv[1]))
print("stopped", flush=True)
seen = set()
while "run-9" not in seen:
    with store.view() as view:
        run = view.run()
        if run is None:
            continue
        state = view.identity("P1")
        # every run gives P1 as many records, links and keys as its number
        numbers = {
            int(run.run_id.removeprefix("run-")),
            len(state.record_ids),
            len(view.links_of("a:0", limit=99)) + 1,
            len(view.candidates([5], limit=99).record_ids),
            int(state.golden[0].value),
            view.record("a:0").source_record["line"],
            len(view.events_of("P1")),
        }
        assert len(numbers) == 1, numbers
        seen.add(run.run_id)
print(len(seen), flush=True)
"""


def numbered(number: int) -> SampleRun:
    ids = [f"a:{n}" for n in range(number)]
    return SampleRun(
        run=make_run(f"run-{number}"),
        memberships=dict.fromkeys(ids, "P1"),
        links=[("a:0", other, 5.0, 0) for other in ids[1:]],
        golden_records={"P1": [golden("name", str(number), "a:0")]},
        bodies=[body(i, line=number) for i in ids],
        keys=[(5, i) for i in ids],
        events=[event("P1", "created" if number == 1 else "changed")],
    )


def test_another_process_never_reads_a_mixture_of_runs(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with EmbeddedStore(path) as store, child(READER, path) as reader:
        for number in range(1, 10):
            publish_sample(store, numbered(number))

        assert reader.stdout is not None
        assert int(reader.stdout.readline()) >= 1
        assert reader.wait(timeout=60) == 0

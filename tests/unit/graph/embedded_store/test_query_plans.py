"""No question about a few records may read a whole table, however many records there are."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.embedded_store import EmbeddedStore
from tests.contract.sample_runs import SampleRun, event, golden, make_run, publish_sample

# Reading a run whole shows as a search by its number alone.
WHOLE_TABLE = re.compile(
    r"SCAN (record|record_version|record_body|record_keys|blocking_key|identity|membership|link"
    r"|golden_record|watchlist_hit|identity_event|event|version|known)\b(?! USING INTEGER)"
    r"|\(run_no=\?\)"
)
QUESTIONS: dict[str, Callable[[Any], object]] = {
    "a current identity": lambda view: view.identity("P1"),
    "a merged identity": lambda view: view.identity("P2"),
    "identities of records": lambda view: view.identities_of(["a:1", "a:2"]),
    "records": lambda view: view.records(["a:1", "a:2"]),
    "standardised": lambda view: view.standardised(["a:1", "a:2"]),
    "links among records": lambda view: view.links_among(["a:1", "a:2"]),
    "links of a record": lambda view: view.links_of("a:1", limit=5),
    "hits": lambda view: view.hits_of(["a:1"]),
    "events": lambda view: view.events_of("P1"),
    "candidates": lambda view: view.candidates([5], limit=5),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    path: Path = tmp_path_factory.mktemp("plans") / "store.sqlite"
    with EmbeddedStore(path) as store:
        sample = SampleRun(
            memberships={"a:1": "P1", "a:2": "P2"},
            links=[("a:1", "a:2", 8.0, 0)],
            golden_records={"P1": [golden("name", "X", "a:1")]},
            hits=[("w:1", "a:1", 2.0, 0)],
            keys=[(5, "a:1")],
            events=[event("P1", "created"), event("P2", "created")],
        )
        publish_sample(store, sample)
        merged = [event("P1", "merged", ["P2"]), event("P2", "merged", ["P1"])]
        second = SampleRun(
            run=make_run("run-2"), memberships={"a:1": "P1", "a:2": "P1"}, events=merged
        )
        publish_sample(store, second)
        yield store


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_reads_only_what_it_is_about(store: EmbeddedStore, question: str) -> None:
    asked: list[str] = []
    with store.view() as view:
        connection: sqlite3.Connection = view._connection  # type: ignore[attr-defined]
        connection.set_trace_callback(asked.append)
        QUESTIONS[question](view)
        connection.set_trace_callback(None)

        queries = [sql for sql in asked if sql.startswith(("SELECT", "WITH"))]
        plans = [
            row[3] for sql in queries for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]

    assert plans
    assert [step for step in plans if WHOLE_TABLE.search(step)] == []

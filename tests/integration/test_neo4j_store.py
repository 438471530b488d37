"""What only the Neo4j store has to get right: whose database it is, what it keeps and sweeps."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import duckdb
import neo4j
import pytest

from graph.engine import EngineLimits
from graph.neo4j import Neo4jSettings, Neo4jStore
from graph.neo4j.schema import MIGRATIONS
from models.connection import Attribute, AttributeKind
from models.errors import BackendUnavailableError
from models.tables import BLOCKING_KEYS
from tests.contract.sample_runs import (
    SampleRun,
    batches,
    change_records,
    make_run,
    publish_sample,
    stage,
    switch,
)
from tests.contract.test_live_writer import version, write
from tests.integration.test_publish_interrupted import FIRST, SECOND, THIRD
from tests.neo4j_server import USER, Neo4jServer
from tests.stores import empty, settings_of


@pytest.fixture
def settings(neo4j_server: Neo4jServer, tmp_path: Path) -> Iterator[Neo4jSettings]:
    empty(neo4j_server)
    yield settings_of(neo4j_server, tmp_path, grace_s=0.0)
    empty(neo4j_server)


@pytest.fixture
def ask(neo4j_server: Neo4jServer) -> Iterator[Any]:
    """Ask the server in Cypher, past the store."""
    with (
        neo4j.GraphDatabase.driver(
            neo4j_server.address,
            auth=(USER, neo4j_server.password),
            notifications_min_severity="OFF",
        ) as driver,
        driver.session() as session,
    ):
        yield lambda query: session.run(query).value()


PARTS = """
    MATCH (n) WHERE n:RecordVersion OR n:RecordKeys OR n:GoldenRecord RETURN count(n)
    UNION ALL MATCH ()-[x]->() WHERE x.since IS NOT NULL RETURN count(x) AS `count(n)`
"""


def test_a_wrong_password_is_told_and_never_repeated(settings: Neo4jSettings) -> None:
    wrong = replace(settings, password="not-the-password")  # noqa: S106

    with pytest.raises(BackendUnavailableError, match="does not accept") as refused:
        Neo4jStore(wrong)

    assert "not-the-password" not in str(refused.value)
    assert "not-the-password" not in repr(wrong)


def test_a_server_that_is_not_there_is_unavailable(settings: Neo4jSettings) -> None:
    with pytest.raises(BackendUnavailableError, match="cannot be reached"):
        Neo4jStore(replace(settings, address="bolt://127.0.0.1:1", timeout_s=1.0))


def test_a_database_of_something_else_is_refused_and_left_as_it_is(
    settings: Neo4jSettings, ask: Any
) -> None:
    ask("CREATE (:Film {title: 'M'})")

    with pytest.raises(BackendUnavailableError, match="something else"):
        Neo4jStore(settings)

    assert ask("MATCH (n) RETURN labels(n)[0]") == ["Film"]


def test_a_database_of_a_later_schema_is_refused(settings: Neo4jSettings, ask: Any) -> None:
    Neo4jStore(settings).close()
    ask(f"MATCH (s:Store) SET s.schema_version = {len(MIGRATIONS) + 1}")

    with pytest.raises(BackendUnavailableError, match="this program knows up to"):
        Neo4jStore(settings)


def test_a_migration_that_was_cut_short_is_taken_again(settings: Neo4jSettings, ask: Any) -> None:
    with Neo4jStore(settings) as store:
        publish_sample(store, FIRST)
    ask("MATCH (s:Store) SET s.schema_version = 1")

    with Neo4jStore(settings) as store, store.view() as view:
        assert view.identity("P1").record_ids == ("a:1", "a:2")
    assert ask("MATCH (s:Store) RETURN s.schema_version") == [len(MIGRATIONS)]


def test_a_view_that_outlives_its_run_ends_with_an_error(settings: Neo4jSettings) -> None:
    with Neo4jStore(settings) as store:
        publish_sample(store, FIRST)
        view = store.view()
        view.__enter__()
        publish_sample(store, SECOND)
        publish_sample(store, THIRD)
        with pytest.raises(BackendUnavailableError, match="ask again"):
            view.__exit__(None, None, None)
        with store.view() as view:
            assert view.run().run_id == "run-3"  # type: ignore[union-attr]


def test_within_its_grace_a_view_reads_a_run_that_is_kept_no_more(
    settings: Neo4jSettings,
) -> None:
    with Neo4jStore(replace(settings, grace_s=300.0)) as store:
        publish_sample(store, FIRST)
        with store.view() as view:
            publish_sample(store, SECOND)
            publish_sample(store, THIRD)
            assert view.identity("P1").golden[0].value == "FIRST"
            assert view.record("a:1").source_record["line"] is None
            assert view.candidates([5], limit=9).record_ids == ("a:1", "a:2")


def test_what_no_kept_run_serves_is_removed(settings: Neo4jSettings, ask: Any) -> None:
    counted: list[list[int]] = []
    with Neo4jStore(settings) as store:
        for number in range(1, 9):
            sample = replace(SECOND if number % 2 else THIRD, run=make_run(f"run-{number}"))
            publish_sample(store, replace(sample, events=[]))
            counted.append(ask(PARTS))

    assert counted[7] == counted[5] == counted[3]
    assert counted[6] == counted[4]


def test_an_attempt_that_was_abandoned_is_taken_over_without_writing_again(
    settings: Neo4jSettings, ask: Any
) -> None:
    with Neo4jStore(settings) as store:
        stage(store, FIRST)
    before = ask("MATCH ()-[x]->() WHERE x.since IS NOT NULL RETURN elementId(x) AS id ORDER BY id")

    with Neo4jStore(settings) as store:
        publish_sample(store, replace(FIRST, run=make_run("run-9")))

        with store.view() as view:
            assert view.identities_of(["a:1", "a:2"]) == {"a:1": "P1", "a:2": "P1"}
    after = ask("MATCH ()-[x]->() WHERE x.since IS NOT NULL RETURN elementId(x) AS id ORDER BY id")
    assert after == before
    assert before


def test_what_is_loaded_after_the_records_joins_what_was_written_with_them(
    settings: Neo4jSettings, ask: Any
) -> None:
    late = {"attribute_uses": FIRST.tables()["attribute_uses"], "links": FIRST.tables()["links"]}
    with Neo4jStore(settings) as store:
        store.begin_run(FIRST.run)
        for name, given in FIRST.tables().items():
            store.load("run-1", name, [] if name in late else given)
        change_records(store, FIRST.all_bodies())
        for name, given in late.items():
            store.load("run-1", name, given)
        store.replace_blocking_keys(batches(BLOCKING_KEYS, FIRST.keys))
        switch(store, FIRST)

        with store.view() as view:
            assert view.links_of("a:1", limit=9)[0].right_id == "a:2"
    assert ask("MATCH (r:Record) RETURN count(r) = count(DISTINCT r.record_id)") == [True]


def test_many_blocking_keys_are_gathered_in_little_memory(settings: Neo4jSettings) -> None:
    keys = duckdb.sql(
        "SELECT (hash(n) >> 1)::BIGINT AS key, 'a:' || n // 300 AS record_id"
        " FROM range(600_000) t(n)"
    )
    small = replace(settings, build_limits=EngineLimits(memory="150MB"))
    with Neo4jStore(small) as store:
        store.begin_run(make_run())
        staged = store.replace_blocking_keys(
            batch.cast(BLOCKING_KEYS) for batch in keys.to_arrow_reader(100_000)
        )

    assert staged == 600_000


def test_what_is_written_live_while_a_run_is_loaded_may_be_new_in_both(
    settings: Neo4jSettings,
) -> None:
    phones = [Attribute(AttributeKind.PHONE, f"+44163296{number:04}") for number in range(300)]
    names = [f"a:{number}" for number in range(300)]
    second = SampleRun(
        run=make_run("run-2"),
        memberships={one: f"P{one}" for one in names},
        uses=[(one, "phone", phone.value) for one, phone in zip(names, phones, strict=True)],
    )
    loaded = Event()
    with Neo4jStore(replace(settings, load_people=3, writers=1)) as store:
        publish_sample(store, FIRST)

        def write_live() -> int:
            """Write the records that come last, until the run is loaded."""
            n_writes = 0
            for one, phone in zip(reversed(names), reversed(phones), strict=True):
                if loaded.is_set():
                    break
                write(store, records=(version(one, uses=(phone,)),))
                n_writes += 1
            return n_writes

        with ThreadPoolExecutor(1) as writer:
            written = writer.submit(write_live)
            stage(store, second)
            loaded.set()
        assert written.result() > 0
        switch(store, second)
        with store.view() as view:
            assert view.identities_of(names) == second.memberships
            assert len(view.users_of(phones, limit=9)) == len(phones)


def test_what_was_committed_and_not_shown_is_shown_by_who_comes_next(
    settings: Neo4jSettings, ask: Any
) -> None:
    with Neo4jStore(settings) as store:
        publish_sample(store, FIRST)
        [shown] = ask("MATCH (s:Store) RETURN s.now")
        write(store, records=(version("a:77"),))
        # as if the process had ended between its two transactions
        ask(f"MATCH (s:Store) SET s.now = {shown}")
        with store.view() as view:
            assert view.records(["a:77"]) == []

    with Neo4jStore(settings) as store, store.view() as view:
        assert [one.record_id for one in view.records(["a:77"])] == ["a:77"]

"""Ids outlive runs, and events tell the whole story: against an oracle in plain Python."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.tables import CLUSTERS, IDENTITY_EVENTS, MEMBERSHIPS
from resolution.engines.duckdb_engine import open_engine
from resolution.identities.assign import LifeReport, assign_identities, make_events
from tests.small_world import LIMITS

Membership = dict[str, str]
Event = dict[str, Any]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        yield connection


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new-{next(numbers):03d}"


@dataclass
class Chronicle:
    """Identities from run to run."""

    connection: duckdb.DuckDBPyConnection
    memberships: Membership = field(default_factory=dict)
    births: dict[str, int] = field(default_factory=dict)
    new_identity_id: Callable[[], str] = field(default_factory=ids)
    report: LifeReport | None = None

    def run(self, *clusters: str) -> list[Event]:
        """Give ids to clusters, each written as its records: "a b c"; return the events."""
        rows = [{"record_id": record, "cluster_id": min(cluster.split())}
                for cluster in clusters for record in cluster.split()]  # fmt: skip
        former = [{"record_id": record, "identity_id": one}
                  for record, one in self.memberships.items()]  # fmt: skip
        births = {
            "identity_id": pa.array(self.births, pa.string()),
            "birth": pa.array(self.births.values(), pa.int64()),
        }
        for name, table in (
            ("clusters_by_id", pa.Table.from_pylist(rows, schema=CLUSTERS)),
            ("former", pa.Table.from_pylist(former, schema=MEMBERSHIPS)),
            ("births", pa.table(births)),
        ):
            self.connection.register("given", table)
            self.connection.execute(f"create or replace table {name} as from given")
            self.connection.unregister("given")
        self.report = assign_identities(
            self.connection, new_identity_id=self.new_identity_id, run_id="run-000002"
        )
        self.memberships = dict(self.connection.execute(
            "select record_id, identity_id from memberships").fetchall())  # fmt: skip
        events = self.connection.execute("from identity_events").to_arrow_table()
        events = events.select(IDENTITY_EVENTS.names).cast(IDENTITY_EVENTS).to_pylist()
        for event in events:
            if event["kind"] == "created":
                self.births[event["identity_id"]] = 1 + len(self.births)
        return events

    def person(self, record: str) -> str:
        return self.memberships[record]


@pytest.fixture
def chronicle(connection: duckdb.DuckDBPyConnection) -> Chronicle:
    return Chronicle(connection)


def told(events: list[Event]) -> dict[str, tuple[str, list[str]]]:
    return {event["identity_id"]: (event["kind"], event["related_ids"]) for event in events}


def test_new_people_get_ids_in_order_of_their_smallest_record(chronicle: Chronicle) -> None:
    events = chronicle.run("d e", "a c", "b")

    assert chronicle.memberships == {
        "a": "new-001", "c": "new-001", "b": "new-002", "d": "new-003", "e": "new-003",
    }  # fmt: skip
    assert told(events) == {f"new-00{n}": ("created", []) for n in (1, 2, 3)}
    assert chronicle.report == LifeReport(3, {"created": 3})


def test_nothing_changed_is_no_event(chronicle: Chronicle) -> None:
    chronicle.run("a b", "c")

    assert chronicle.run("a b", "c") == []


def test_a_person_who_gains_a_record_keeps_the_id_and_is_changed(chronicle: Chronicle) -> None:
    chronicle.run("a b")
    was = chronicle.person("a")

    (event,) = chronicle.run("a b c")

    assert set(chronicle.memberships.values()) == {was}
    assert (event["kind"], event["added_record_ids"], event["removed_record_ids"]) == (
        "changed", ["c"], [],
    )  # fmt: skip


def test_the_cluster_with_most_of_the_records_keeps_the_id_and_the_split_is_told(
    chronicle: Chronicle,
) -> None:
    chronicle.run("a b c d e")
    was = chronicle.person("a")

    events = chronicle.run("a b", "c d e")

    assert chronicle.person("c") == was
    other = chronicle.person("a")
    assert told(events) == {was: ("split", [other]), other: ("created", [was])}
    keeper = next(event for event in events if event["identity_id"] == was)
    assert keeper["removed_record_ids"] == ["a", "b"]


def test_a_person_split_in_halves_leaves_the_id_with_the_smallest_record(
    chronicle: Chronicle,
) -> None:
    chronicle.run("a b c d")
    was = chronicle.person("a")

    chronicle.run("b c", "a d")

    assert chronicle.person("a") == was != chronicle.person("b")


def test_two_people_merged_keep_the_id_of_the_one_with_more_records(chronicle: Chronicle) -> None:
    chronicle.run("a", "b c")
    lesser, greater = chronicle.person("a"), chronicle.person("b")

    events = chronicle.run("a b c")

    assert set(chronicle.memberships.values()) == {greater}
    assert told(events) == {lesser: ("merged", [greater]), greater: ("merged", [lesser])}
    gone = next(event for event in events if event["identity_id"] == lesser)
    assert (gone["added_record_ids"], gone["removed_record_ids"]) == ([], ["a"])


def test_of_equal_people_merged_the_older_id_stays(chronicle: Chronicle) -> None:
    chronicle.run("c d")
    older = chronicle.person("c")
    chronicle.run("c d", "a b")

    chronicle.run("a b c d")

    assert set(chronicle.memberships.values()) == {older}


def test_an_id_whose_records_went_to_several_people_says_to_whom(chronicle: Chronicle) -> None:
    chronicle.run("a b c", "d e f", "x y")
    first, second, gone = (chronicle.person(record) for record in "adx")

    events = chronicle.run("a b c x", "d e f y")

    assert told(events)[gone] == ("split", sorted((first, second)))
    assert gone not in chronicle.memberships.values()


def test_an_id_that_stands_again_is_restored(
    connection: duckdb.DuckDBPyConnection, chronicle: Chronicle
) -> None:
    chronicle.run("a b", "c")
    gone = chronicle.person("c")
    before = chronicle.memberships
    chronicle.run("a b c")
    for name, members in (("former", chronicle.memberships), ("memberships", before)):
        rows = [{"record_id": one, "identity_id": person} for one, person in members.items()]
        connection.register("given", pa.Table.from_pylist(rows, schema=MEMBERSHIPS))
        connection.execute(f"create or replace table {name} as from given")
        connection.unregister("given")
    births = pa.table({"identity_id": list(chronicle.births), "birth": [1, 2]})
    connection.register("given", births)
    connection.execute("create or replace table births as from given")
    connection.unregister("given")

    make_events(connection, "run-000003")

    events = connection.execute("from identity_events").to_arrow_table().to_pylist()
    assert told(events) == {
        before["a"]: ("split", [gone]),
        gone: ("restored", [before["a"]]),
    }
    [cause] = [event["cause"] for event in events if event["kind"] == "restored"]
    assert cause == "stands again in run-000003"


def test_a_person_of_whom_no_record_is_left_is_retired(chronicle: Chronicle) -> None:
    chronicle.run("a b", "c")
    gone = chronicle.person("a")

    (event,) = chronicle.run("c")

    assert (event["identity_id"], event["kind"], event["related_ids"]) == (gone, "retired", [])
    assert event["removed_record_ids"] == ["a", "b"]


def test_records_that_change_places_are_told_on_both_sides(chronicle: Chronicle) -> None:
    chronicle.run("a b c", "d e f")
    one, other = chronicle.person("a"), chronicle.person("d")

    events = chronicle.run("a b f", "d e c")

    assert (chronicle.person("a"), chronicle.person("d")) == (one, other)
    assert told(events) == {one: ("split", [other]), other: ("split", [one])}
    assert chronicle.report == LifeReport(2, {"split": 2})


def test_every_event_names_the_run_in_words(chronicle: Chronicle) -> None:
    events = chronicle.run("a b", "c") + chronicle.run("a", "b c", "d")

    assert all(event["cause"].endswith(" in run-000002") for event in events)


RECORDS = "abcdefgh"
# for each record the number of its cluster, or 0 when it is not there
partitions = st.lists(st.integers(0, 4), min_size=len(RECORDS), max_size=len(RECORDS))


def as_clusters(numbers: list[int]) -> list[str]:
    return [
        " ".join(record for record, number in zip(RECORDS, numbers, strict=True) if number == one)
        for one in sorted(set(numbers) - {0})
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=st.lists(partitions, min_size=1, max_size=4))
def test_replaying_events_rebuilds_every_membership(
    history: list[list[int]], connection: duckdb.DuckDBPyConnection
) -> None:
    chronicle = Chronicle(connection)
    replayed: dict[str, set[str]] = {}

    for numbers in history:
        before = {one: set(held) for one, held in replayed.items()}
        for event in chronicle.run(*as_clusters(numbers)):
            held = replayed.setdefault(event["identity_id"], set())
            assert set(event["removed_record_ids"]) <= held
            assert not set(event["added_record_ids"]) & held
            held -= set(event["removed_record_ids"])
            held |= set(event["added_record_ids"])
            _is_of_its_kind(event, before, held)
        now: dict[str, set[str]] = {}
        for record, identity in chronicle.memberships.items():
            now.setdefault(identity, set()).add(record)
        assert {one: held for one, held in replayed.items() if held} == now


def _is_of_its_kind(event: Event, before: dict[str, set[str]], held: set[str]) -> None:
    existed = bool(before.get(event["identity_id"]))
    if event["kind"] == "created":
        assert not existed
        assert held
    elif event["kind"] == "retired":
        assert existed
        assert not held
        assert event["related_ids"] == []
    else:
        assert existed
        assert held or event["related_ids"], "an id that lost its place says what replaced it"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=partitions, second=partitions)
def test_ids_are_kept_by_the_most_shared_records_and_by_one_cluster_each(
    first: list[int], second: list[int], connection: duckdb.DuckDBPyConnection
) -> None:
    chronicle = Chronicle(connection)
    chronicle.run(*as_clusters(first))
    former, births = dict(chronicle.memberships), dict(chronicle.births)

    chronicle.run(*as_clusters(second))

    clusters = [cluster.split() for cluster in as_clusters(second)]
    expected = _greedy(clusters, former, births)
    for cluster in clusters:
        held = {chronicle.person(record) for record in cluster}
        assert len(held) == 1
        kept = expected.get(min(cluster))
        assert held == {kept} if kept else not held & set(former.values())


def _greedy(
    clusters: list[list[str]], former: Membership, births: dict[str, int]
) -> dict[str, str]:
    """Say which id each cluster, named by its smallest record, keeps."""
    offers = []
    for cluster in clusters:
        for identity in set(former.values()):
            shared = [record for record in cluster if former.get(record) == identity]
            if shared:
                offers.append((-len(shared), births[identity], min(shared), identity, min(cluster)))
    kept: dict[str, str] = {}
    for *_, identity, first in sorted(offers):
        if first not in kept and identity not in kept.values():
            kept[first] = identity
    return kept

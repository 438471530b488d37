"""A run again changes nothing; a run with more keeps the ids of those it does not touch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest

from models.decision import Decision, Verdict
from models.match_model.package import MatchModelPackage
from models.tables import CLUSTERS, GOLDEN_RECORDS, MEMBERSHIPS, PREDICTIONS
from resolution.pipeline import Resolution
from tests.small_world import NOON, Ledger, World, a_record, groups, partition, read

MakeWorld = Callable[[], World]


def a_person(record_id: str, given: str, family: str, born: str, **more: Any) -> dict[str, Any]:
    return a_record(
        record_id, names=[{"kind": "primary", "given": given, "family": family}],
        dates_of_birth=[{"text": born, "order": "ymd"}], **more,
    )  # fmt: skip


def a_passport(number: str) -> list[dict[str, Any]]:
    return [{"type": "passport", "number": number, "country": "Spain"}]


CASEWORK = [
    a_person("casework:1", "Ines", "Quintanilla", "1984-06-17", documents=a_passport("XJ482915")),
    a_person("casework:2", "Tomasz", "Wieczorek", "1971-11-23", documents=a_passport("PK770134")),
    a_person("casework:3", "Adaeze", "Nwachukwu", "1993-02-08", documents=a_passport("QD316482")),
]
BORDER = [
    a_person("border:1", "Inés", "Quintanilla", "1984-06-17", documents=a_passport("XJ482915")),
    a_person("border:2", "Tomasz", "Wieczorek", "1971-11-23", documents=a_passport("PK770134")),
]
LATER = [
    a_person("airline:1", "Adaeze", "Nwachukwu", "1993-02-08", documents=a_passport("QD316482")),
    a_person("airline:2", "Yusra", "Benkirane", "1988-09-30", documents=a_passport("ZM650297")),
]


@pytest.fixture
def world(new_world: MakeWorld) -> World:
    world = new_world()
    world.deliver(CASEWORK)
    world.deliver(BORDER)
    return world


def ids_of(resolution: Resolution) -> dict[str, str]:
    return {row["record_id"]: row["identity_id"] for row in read(resolution, "memberships")}


def test_records_of_one_person_become_one_identity(
    world: World, package: MatchModelPackage
) -> None:
    assert partition(world.run(package)) == {
        frozenset({"casework:1", "border:1"}),
        frozenset({"casework:2", "border:2"}),
        frozenset({"casework:3"}),
    }


def test_a_second_run_on_the_same_input_is_the_first(
    world: World, package: MatchModelPackage
) -> None:
    first = world.run(package)

    again = world.run(package)

    assert again.unchanged
    assert again.run == replace(first.run, status="published")
    assert again.artefacts_folder == first.artefacts_folder


def test_a_second_run_that_is_forced_keeps_every_id_and_has_no_events(
    world: World, package: MatchModelPackage
) -> None:
    first = world.run(package)
    world.ledger.served = replace(first.run, fingerprint="of other inputs")

    again = world.run(package)

    assert not again.unchanged
    assert again.run.fingerprint == first.run.fingerprint
    assert again.run.run_id != first.run.run_id
    assert ids_of(again) == ids_of(first)
    assert read(again, "events") == []


def test_a_whole_population_run_again_keeps_every_id(
    population: World, resolved: Resolution, package: MatchModelPackage
) -> None:
    served = replace(resolved.run, status="published", fingerprint="of other inputs")
    memberships = pa.Table.from_pylist(read(resolved, "memberships"), schema=MEMBERSHIPS)
    ids = set(memberships["identity_id"].to_pylist())
    ledger = Ledger(
        registered=population.ledger.registered, served=served, served_memberships=memberships,
        births={one: 1 + place for place, one in enumerate(sorted(ids))}, standing=ids,
    )  # fmt: skip

    again = World(population.workspace, ledger).resolve(package)

    assert ids_of(again) == ids_of(resolved)
    assert read(again, "events") == []
    for table, key in (("predictions", "left_id"), ("golden", "identity_id")):
        assert sorted(read(again, table), key=str) == sorted(read(resolved, table), key=str), key


def test_one_more_file_keeps_the_ids_of_those_it_does_not_touch(
    world: World, package: MatchModelPackage
) -> None:
    before = ids_of(world.run(package))
    world.deliver(LATER)

    after = world.run(package)

    ids = ids_of(after)
    assert {one: ids[one] for one in before} == before
    assert ids["airline:1"] == before["casework:3"]
    assert ids["airline:2"] not in before.values()
    assert {(event["identity_id"], event["kind"]) for event in read(after, "events")} == {
        (before["casework:3"], "changed"),
        (ids["airline:2"], "created"),
    }


def test_a_record_that_is_corrected_leaves_its_identity_and_both_are_told(
    world: World, package: MatchModelPackage
) -> None:
    before = ids_of(world.run(package))
    world.deliver([a_person("casework:2", "Malika", "Oyelaran", "2001-04-19")])

    after = world.run(package)

    ids = ids_of(after)
    assert ids["border:2"] == before["border:2"] != ids["casework:2"]
    events = {event["identity_id"]: event for event in read(after, "events")}
    assert events[before["border:2"]]["kind"] == "split"
    assert events[before["border:2"]]["related_ids"] == [ids["casework:2"]]
    assert events[ids["casework:2"]]["kind"] == "created"


def test_decisions_outlive_runs_and_are_honoured(world: World, package: MatchModelPackage) -> None:
    world.run(package)
    world.ledger.in_force += [
        Decision(
            "d1", Verdict.DIFFERENT, (("casework:1",), ("border:1",)), "a", NOON, "two people"
        ),
        Decision("d2", Verdict.SAME, (("casework:2",), ("casework:3",)), "a", NOON, "changed name"),
        Decision("d3", Verdict.UNSURE, (("casework:1",), ("casework:2",)), "a", NOON, "who knows"),
    ]

    for _ in range(2):
        resolution = world.run(package)
        assert partition(resolution) == {
            frozenset({"casework:1"}),
            frozenset({"border:1"}),
            frozenset({"casework:2", "casework:3", "border:2"}),
        }
    assert resolution.unchanged


def test_a_decision_on_a_record_that_is_gone_is_left_out(
    world: World, package: MatchModelPackage
) -> None:
    gone = Decision("d1", Verdict.SAME, (("casework:1",), ("casework:99",)), "a", NOON, "same")
    world.ledger.in_force.append(gone)

    assert len(partition(world.run(package))) == 3


def test_a_source_free_of_duplicates_never_shares_an_identity_with_itself(
    new_world: MakeWorld, package: MatchModelPackage
) -> None:
    def twice(free: bool) -> set[frozenset[str]]:
        world = new_world()
        world.deliver([
            a_person("register:1", "Ines", "Quintanilla", "1984-06-17", duplicate_free=free),
            a_person("register:2", "Ines", "Quintanilla", "1984-06-17", duplicate_free=free),
        ])  # fmt: skip
        world.deliver([CASEWORK[0]])
        return partition(world.run(package))

    assert max(len(person) for person in twice(free=True)) == 2
    assert not any({"register:1", "register:2"} <= person for person in twice(free=True))
    assert any({"register:1", "register:2"} <= person for person in twice(free=False))


def test_an_entry_of_a_watchlist_hits_two_people_and_joins_neither(
    new_world: MakeWorld, package: MatchModelPackage
) -> None:
    world = new_world()
    world.deliver(CASEWORK[:2])
    names = [
        {"kind": "primary", "given": "Ines", "family": "Quintanilla"},
        {"kind": "alias", "given": "Tomasz", "family": "Wieczorek"},
    ]
    entry = a_record(
        "watchlist:1",
        role="watchlist",
        names=[
            {"kind": kind, **name} for kind, name in zip(("primary", "alias"), names, strict=True)
        ],
        documents=[*a_passport("XJ482915"), *a_passport("PK770134")],
    )
    world.deliver([entry])

    resolution = world.run(package)

    assert partition(resolution) == {frozenset({"casework:1"}), frozenset({"casework:2"})}
    hits = {(row["entry_id"], row["record_id"]) for row in read(resolution, "watchlist_hits")}
    assert hits == {("watchlist:1", "casework:1"), ("watchlist:1", "casework:2")}
    assert not any("watchlist:1" in (row["left_id"], row["right_id"])
                   for row in read(resolution, "predictions"))  # fmt: skip
    assert "watchlist:1" not in ids_of(resolution)


def test_nothing_delivered_gives_a_run_of_nobody(
    new_world: MakeWorld, package: MatchModelPackage
) -> None:
    resolution = new_world().run(package)

    for table, schema in (
        ("clusters", CLUSTERS), ("memberships", MEMBERSHIPS), ("predictions", PREDICTIONS),
        ("golden", GOLDEN_RECORDS),
    ):  # fmt: skip
        assert read(resolution, table) == [], schema
    assert resolution.run.summary["records"] == 0


def test_clusters_of_a_population_are_its_identities_and_hold_each_person_record_once(
    resolved: Resolution,
) -> None:
    clusters, members = read(resolved, "clusters"), read(resolved, "memberships")

    assert groups(clusters, "cluster_id") == groups(members, "identity_id")
    people = [row["record_id"] for row in read(resolved, "standardised_records")
              if row["role"] == "person"]  # fmt: skip
    assert sorted(row["record_id"] for row in clusters) == sorted(people)
    for row in clusters:
        assert row["cluster_id"] <= row["record_id"]


def test_runs_are_numbered_on_and_finish_after_they_start(
    world: World, package: MatchModelPackage
) -> None:
    first = world.resolve(package)
    second = world.resolve(package)

    assert (first.run.run_id, second.run.run_id) == ("run-000001", "run-000002")
    assert second.run.finished_at is not None
    assert second.run.finished_at - second.run.started_at >= timedelta(0)


def test_a_run_says_when_people_have_outgrown_the_match_model(
    world: World, package: MatchModelPackage
) -> None:
    world.deliver([a_person("list:1", "Ines", "Quintanilla", "1984", role="watchlist")])

    outgrown = world.resolve(replace(package, population=2)).run
    fitting = world.resolve(replace(package, population=3)).run

    assert [one["code"] for one in outgrown.warnings] == ["population_outgrown"]
    assert (outgrown.summary["person_records"], outgrown.summary["records"]) == (5, 6)
    assert fitting.warnings == ()

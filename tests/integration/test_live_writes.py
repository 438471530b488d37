"""Live writes on real stores: any order, any mix with runs and decisions, ends as one run would."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.auth.sign_in import operating_system_user
from api.use_cases.decide import decide
from api.use_cases.publish_run import publish_run
from api.use_cases.withdraw_decision import withdraw_decision
from api.use_cases.write_records import RecordWrite, SourceFacts, write_records
from api.wiring import Deployment, identity_ids, new_decision_id, new_request_id
from graph.live_quality import measure_served
from models.decision import Verdict
from models.errors import DecisionConflictError, InvalidInputError, RequestConflictError
from models.identity import IdentityEvent, IdentityEventKind, IdentityStatus
from models.match_model.package import MatchModelPackage
from models.provenance import IngestedFile, Segment
from models.record import Role
from models.tables import SOURCE_ATTRIBUTES, SOURCE_RECORDS
from resolution.standardise.standardise import standardise
from tests.small_world import NOON, World, partition, quietly
from tests.workplace import FIRST, Workplace

Row = Mapping[str, Any]


class Writing:
    """A deployment that records are written to, and what should be in it."""

    def __init__(self, deployment: Deployment, facts: Mapping[str, SourceFacts]) -> None:
        self.deployment = deployment
        self.facts = facts
        self.rows: dict[str, Row] = {}
        self.issued: set[str] = set()
        self.asking: dict[str, Any] = {
            "principal": operating_system_user("a test"), "auditor": deployment.auditor,
        }  # fmt: skip
        self._new_identity_id = identity_ids("live")

    def write(self, *rows: Row, ended: Sequence[str] = (), key: str | None = None) -> Any:
        """Write rows of SOURCE_RECORDS, and end records that are there."""
        answer = write_records(
            [_write_of(row) for row in rows] + [_end_of(one) for one in ended],
            live=self.deployment.store, planners=self.deployment.planners,
            sources=lambda: self.facts, new_identity_id=self._new_identity_id,
            new_request_id=new_request_id, idempotency_key=key, **self.asking,
        )  # fmt: skip
        self.rows |= {row["record_id"]: row for row in rows}
        for record_id in ended:
            self.rows.pop(record_id, None)
        self._note_ids()
        return answer

    def decide(self, verdict: Verdict, *groups: Sequence[str]) -> str:
        decided = decide(
            verdict, groups, reason="seen", graph=self.deployment.store,
            log=self.deployment.store, reconsider=self.deployment.reconsider,
            new_decision_id=new_decision_id, **self.asking,
        )  # fmt: skip
        self._note_ids()
        return decided.decision.decision_id

    def withdraw(self, decision_id: str) -> None:
        withdraw_decision(
            decision_id, reason="not so", log=self.deployment.store,
            reconsider=self.deployment.reconsider, **self.asking,
        )  # fmt: skip
        self._note_ids()

    def run(self, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Make a run; `meanwhile` happens once it is made and before it is published."""
        there = self.deployment

        def publish(*asked: Any) -> dict[str, Any]:
            meanwhile()
            return there.publish(*asked)

        publish_run(
            [], workspace=there.workspace, store=there.store, pipeline=there.pipeline,
            shelf=there.shelf, publish=publish, databases={}, progress=quietly,
            new_identity_id=identity_ids(f"run:{there.store.change_sequence()}"), **self.asking,
        )  # fmt: skip
        self._note_ids()

    def partition(self) -> set[frozenset[str]]:
        with self.deployment.store.view() as view:
            members = view.identities_of(sorted(self.rows))
        people: dict[str, set[str]] = {}
        for record_id, identity_id in members.items():
            people.setdefault(identity_id, set()).add(record_id)
        return {frozenset(records) for records in people.values()}

    def _note_ids(self) -> None:
        events = self.deployment.store.events_after(0, limit=100_000)
        self.issued |= {event.identity_id for event in events}


def _write_of(row: Row) -> RecordWrite:
    attributes = {name: row[name] for name in SOURCE_ATTRIBUTES if row.get(name)}
    return RecordWrite(row["source"], row["source_record_id"], attributes)


def _end_of(record_id: str) -> RecordWrite:
    source, _, own = record_id.partition(":")
    return RecordWrite(source, own, None)


def facts_of(rows: Sequence[Row]) -> dict[str, SourceFacts]:
    return {row["source"]: SourceFacts(Role(row["role"]), row["duplicate_free"]) for row in rows}


def one_run(world: World, package: MatchModelPackage, writing: Writing) -> set[frozenset[str]]:
    """Return the people of one run over the records and decisions there are now."""
    by_source: dict[str, list[dict[str, Any]]] = {}
    for row in writing.rows.values():
        by_source.setdefault(row["source"], []).append(dict(row))
    for source in sorted(by_source):
        world.deliver(by_source[source])
    world.ledger.in_force = writing.deployment.store.decisions()
    return partition(world.run(package))


def replayed(events: Sequence[IdentityEvent]) -> dict[str, set[str]]:
    """Return the records of every identity ever issued, from nothing but what happened to it."""
    held: dict[str, set[str]] = {}
    for event in events:
        records = held.setdefault(event.identity_id, set())
        records |= set(event.added_record_ids)
        records -= set(event.removed_record_ids)
    return held


def deliver(deployment: Deployment, rows: Sequence[Row]) -> None:
    """Put records into segments, as an ingest of files does."""
    for source in sorted({row["source"] for row in rows}):
        sequence = len(deployment.store.segments()) + 1
        table = pa.Table.from_pylist(
            [dict(row) for row in rows if row["source"] == source], schema=SOURCE_RECORDS
        )
        for folder, part in (
            (deployment.workspace.source_records, table),
            (deployment.workspace.standardised_records, standardise(table)),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(part, folder / f"{sequence:06d}.parquet")
        file = IngestedFile(f"f{sequence}", "rows", source, "m1", len(table), len(table), 0, 0)
        deployment.store.register_segment(Segment(sequence, source, "delta", NOON, (file,)))


@pytest.fixture(scope="session")
def pool(population: World) -> list[Row]:
    """Records that resemble each other: those of the names that most records have."""
    files = sorted(population.workspace.source_records.glob("*.parquet"))
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    names = Counter(map(_family, rows))
    return sorted(rows, key=lambda row: (-names[_family(row)], _family(row), row["record_id"]))[:80]


def _family(row: Row) -> str:
    name = row["names"][0] if row["names"] else {"family": None, "full": None}
    words = str(name["family"] or name["full"] or "").split()
    return words[-1].upper() if words else ""


@pytest.fixture
def writing(place: Workplace, pool: list[Row]) -> Writing:
    """A published run of a third of the pool."""
    writing = Writing(place.deployment, facts_of(pool))
    first = pool[::3]
    deliver(place.deployment, first)
    writing.rows = {row["record_id"]: row for row in first}
    writing.run()
    return writing


class _Steps:
    """Chooses what to do next, and does it; the store is as the example before left it."""

    def __init__(self, chance: Random, writing: Writing, pool: list[Row]) -> None:
        self._chance = chance
        self._writing = writing
        self._pool = pool
        self._decisions: list[str] = []

    def take(self, number: int) -> None:
        steps = [self.write, self.write, self.end, self.decide, self.withdraw, self.run,
                 self.run_while_writing]  # fmt: skip
        for step in self._chance.choices(steps, k=number):
            step()

    def write(self) -> None:
        """Write records as they are, or as another of their source is."""
        written = []
        for row in self._chance.sample(self._pool, self._chance.randint(1, 6)):
            alike = [one for one in self._pool if one["source"] == row["source"]]
            says = self._chance.choice([row, self._chance.choice(alike)])
            written.append({**row, **{name: says[name] for name in SOURCE_ATTRIBUTES}})
        self._writing.write(*written)

    def end(self) -> None:
        held = sorted(self._writing.rows)
        if len(held) > 1:
            self._writing.write(ended=[self._chance.choice(held)])

    def decide(self) -> None:
        rows = self._writing.rows
        people = [one for one in sorted(rows) if rows[one]["role"] == "person"]
        one, other = self._chance.sample(people, 2)
        verdict = self._chance.choice([Verdict.SAME, Verdict.DIFFERENT])
        with suppress(DecisionConflictError):
            self._decisions.append(self._writing.decide(verdict, [one], [other]))

    def withdraw(self) -> None:
        if self._decisions:
            place = self._chance.randrange(len(self._decisions))
            self._writing.withdraw(self._decisions.pop(place))

    def run(self) -> None:
        self._writing.run()

    def run_while_writing(self) -> None:
        def meanwhile() -> None:
            self.write()
            self.end()
            self.decide()

        # else the run finds nothing new, and is none
        self.write()
        self._writing.run(meanwhile=meanwhile)


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],  # a smaller example would not begin alike
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.randoms(use_true_random=False))
def test_any_mix_of_writes_runs_and_decisions_ends_as_one_run_would(
    writing: Writing,
    pool: list[Row],
    package: MatchModelPackage,
    new_world: Callable[[], World],
    chance: Random,
) -> None:
    _Steps(Random(chance.getrandbits(64)), writing, pool).take(8)

    assert writing.partition() == one_run(new_world(), package, writing)
    told = replayed(writing.deployment.store.events_after(0, limit=100_000))
    with writing.deployment.store.view() as view:
        for identity_id in sorted(writing.issued):
            state = view.identity(identity_id)
            assert set(state.record_ids) == told[identity_id]
            assert bool(state.record_ids) == (state.status is IdentityStatus.CURRENT)
        stored = view.least_sound(limit=1_000)
        measured = measure_served(view, writing.issued, link_weight=package.thresholds.link_weight)
        assert {one.identity_id: one for one in stored} == measured


def test_a_record_that_arrives_joins_its_person_at_once(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    writing = Writing(place.deployment, CASEWORK)

    answer = writing.write(INES)

    with place.deployment.store.view() as view:
        held = view.identities_of(["casework:1", "casework:4"])
        assert view.record("casework:4").standardised["names"][0]["family"] == "QUINTANILLA"
    assert (
        answer.identities
        == {"casework:4": held["casework:1"]}
        == {"casework:4": held["casework:4"]}
    )
    [event] = answer.events
    assert (event.kind, event.added_record_ids) == (IdentityEventKind.CHANGED, ("casework:4",))
    assert "casework:4 was written" in event.cause
    [newest] = place.deployment.store.events_after(event.sequence - 1, limit=10)
    assert newest == event


def test_who_is_tells_what_was_written_a_moment_ago(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    writing = Writing(place.deployment, CASEWORK)
    client = TestClient(create_app(place.deployment.container()))

    def asked() -> list[tuple[str, int]]:
        attributes = {"names": [{"full": "Ines Quintanilla"}], "dates_of_birth": [{"text": "1984"}]}
        found = client.post("/v1/who-is", json={"attributes": attributes}).json()["candidates"]
        return [(one["best_record_id"], one["n_records"]) for one in found]

    assert asked() == [("casework:1", 1)]
    writing.write(INES)
    assert asked() == [("casework:1", 2)]
    writing.write(ended=["casework:1"])
    assert asked() == [("casework:4", 1)]


def test_what_is_no_longer_said_no_longer_joins(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    writing = Writing(place.deployment, CASEWORK)
    writing.write(INES)

    writing.write(INES | {"names": [{"given": "Wilhelmina", "family": "Oosterhuis"}],
                          "dates_of_birth": [{"text": "1951-01-30"}], "documents": []})  # fmt: skip

    assert frozenset({"casework:1"}) in place_people(place)
    assert frozenset({"casework:4"}) in place_people(place)


def test_the_next_run_holds_what_was_written_and_not_what_was_ended(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    writing = Writing(place.deployment, CASEWORK)
    writing.write(INES, ended=["casework:2"])
    before = place_people(place)

    place.deliver("casework2.csv", "5,Yusra,Benkirane,1988-09-30,ZM650297")

    assert place_people(place) == before | {frozenset({"casework:5"})}
    with place.deployment.store.view() as view:
        assert [one.record_id for one in view.records(["casework:2", "casework:4"])] == [
            "casework:4"
        ]


def test_a_request_that_comes_again_is_answered_as_the_first_time(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    writing = Writing(place.deployment, CASEWORK)
    first = writing.write(INES, key="k-1")
    writing.write(ended=["casework:4"])

    again = writing.write(INES, key="k-1")

    assert again == replace(first, is_repeated=True)
    assert frozenset({"casework:1"}) in place_people(place)
    with pytest.raises(RequestConflictError, match="came before"):
        writing.write(INES | {"source_record_id": "5"}, key="k-1")


def test_nothing_of_a_batch_is_written_when_one_record_cannot_be(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    writing = Writing(place.deployment, CASEWORK)
    before = place_people(place)

    with pytest.raises(InvalidInputError, match="no mapping file"):
        writing.write(INES, INES | {"source": "elsewhere", "record_id": "elsewhere:4"})

    assert place_people(place) == before


def test_many_writers_at_once_lose_nothing(place: Workplace, pool: list[Row]) -> None:
    writing = Writing(place.deployment, facts_of(pool))
    deliver(place.deployment, pool[:1])
    writing.run()
    writing.rows[pool[0]["record_id"]] = pool[0]

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(lambda row: writing.write(row), pool[1:40]))

    assert {one for people in writing.partition() for one in people} == {
        row["record_id"] for row in pool[:40] if row["role"] == "person"
    }
    sequences = [event.sequence for event in place.deployment.store.events_after(0, limit=10_000)]
    assert sequences == sorted(set(sequences))


CASEWORK = {"casework": SourceFacts(Role.PERSON, duplicate_free=False)}
INES: Row = {
    "record_id": "casework:4", "source": "casework", "source_record_id": "4",
    "names": [{"given": "Inés", "family": "Quintanilla"}],
    "dates_of_birth": [{"text": "1984-06-17", "order": "ymd"}],
    "documents": [{"type": "passport", "number": "XJ482915", "country": "ESP"}],
}  # fmt: skip


def place_people(place: Workplace) -> set[frozenset[str]]:
    """Return who is one person, of the records casework:1 to casework:9."""
    with place.deployment.store.view() as view:
        members = view.identities_of([f"casework:{number}" for number in range(1, 10)])
    return {
        frozenset(one for one in members if members[one] == identity_id)
        for identity_id in members.values()
    }

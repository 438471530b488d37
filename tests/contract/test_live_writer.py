"""Changes of a few records at a time, between runs and while one is built, in every store."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT
from graph.store import GraphView
from models.connection import Attribute, AttributeKind, AttributeUsers, Relation
from models.decision import Decision, Verdict
from models.errors import RecordNotFoundError, RequestConflictError, RunNotFoundError
from models.identity import GoldenValue, IdentityEvent, IdentityEventKind, WatchlistHit
from models.live_change import (
    CaughtUp,
    Footprint,
    LiveAnswer,
    LiveChange,
    LiveRequest,
    RecordChange,
    RecordVersion,
)
from models.prediction import PairwisePrediction
from models.record import Role
from models.tables import IDENTITY_EVENTS
from tests.contract.sample_runs import (
    NOON,
    SampleRun,
    batches,
    body,
    event,
    golden,
    make_run,
    publish_sample,
    stage,
    switch,
)

PHONE = Attribute(AttributeKind.PHONE, "+441632960001")
EMAIL = Attribute(AttributeKind.EMAIL, "a@b.example")


def first_run() -> SampleRun:
    return SampleRun(
        memberships={"a:1": "P1", "a:2": "P1", "a:3": "P2"},
        links=[("a:1", "a:2", 5.0, 0), ("a:2", "a:3", -2.0, 1)],
        golden_records={
            "P1": [golden("name", "INES", "a:1")],
            "P2": [golden("name", "ADA", "a:3")],
        },
        hits=[("w:1", "a:1", 3.0, 0), ("w:1", "a:3", 2.0, 0)],
        uses=[("a:1", "phone", PHONE.value), ("a:3", "phone", PHONE.value)],
        relations=[("a:1", "a:3", "spouse"), ("a:3", "a:2", "sponsor")],
        keys=[(7, "a:1"), (7, "a:3"), (-8, "a:2")],
        events=[event("P1", "created"), event("P2", "created")],
    )


def version(record_id: str, *, line: int = 1, **more: Any) -> RecordVersion:
    packed = body(record_id, line=line)
    return RecordVersion(
        record_id,
        Role.PERSON,
        SOURCE_LAYOUT.unpack(packed["source_record"], SOURCE_LAYOUT.text),
        STANDARDISED_LAYOUT.unpack(packed["standardised"], STANDARDISED_LAYOUT.text),
        **more,
    )


def ended(record_id: str) -> RecordVersion:
    return RecordVersion(record_id, Role.PERSON, None, None)


def happened(identity_id: str, kind: IdentityEventKind, added: Sequence[str] = ()) -> IdentityEvent:
    return IdentityEvent(0, identity_id, kind, "run-1", NOON, (), tuple(added), (), "in a test")


def change(view: GraphView, **parts: Any) -> LiveChange:
    """Make a change on this state; what is not named stays."""
    nothing: dict[str, Any] = {
        "records": (), "links": (), "links_gone": (), "hits": {}, "memberships": {}, "golden": {},
        "events": (), "link_weight": 0.0,
    }  # fmt: skip
    return LiveChange(basis=view.live_basis(), at=NOON, author="ana", **(nothing | parts))


def write(store: Any, *, request: LiveRequest | None = None, **parts: Any) -> LiveAnswer:
    answer: LiveAnswer = store.write_live(lambda view, _: change(view, **parts), request=request)
    return answer


def arrival() -> dict[str, Any]:
    """What follows when a:4 arrives and joins P1."""
    return {
        "records": (
            version("a:4", line=4, keys=(7, 9), uses=(EMAIL, PHONE),
                    relations=(Relation("a:4", "a:2", "spouse"), Relation("a:4", "b:9", "child"))),
        ),
        "links": (
            PairwisePrediction("a:1", "a:4", 6.0, None, 0.5),
            PairwisePrediction("a:1", "a:2", 4.0, 0, 0.0),
        ),
        "hits": {"w:1": ((WatchlistHit("w:1", "a:4", 4.0), 2),)},
        "memberships": {"a:4": "P1"},
        "golden": {"P1": (GoldenValue("name", "INÉS", "a:4", "NAME", "inés", 2),)},
        "events": (happened("P1", IdentityEventKind.CHANGED, ["a:4"]),),
    }  # fmt: skip


def departure() -> dict[str, Any]:
    """What follows when a:3 ends, and P2 with it."""
    return {
        "records": (ended("a:3"),),
        "links_gone": (("a:2", "a:3"),),
        "hits": {"w:1": ((WatchlistHit("w:1", "a:1", 3.0), 0),)},
        "memberships": {"a:3": None},
        "golden": {"P2": None},
        "events": (happened("P2", IdentityEventKind.RETIRED),),
    }


def all_told(view: GraphView) -> list[Any]:
    ids = ["a:1", "a:2", "a:3", "a:4", "w:1"]
    return [
        view.run(), view.live_basis().live_sequence, view.identities_of(ids), view.records(ids),
        view.links_among(ids), view.hits_of(ids), view.uses_of(ids), view.relations_of(ids),
        view.users_of([PHONE, EMAIL], limit=9), view.candidates([7, 9, -8], limit=9),
        view.identity("P1"), view.identity("P2"), view.least_sound(limit=9),
        view.events_of("P1"), view.events_of("P2"), view.written_after(0),
    ]  # fmt: skip


def test_a_record_that_arrives_is_in_every_answer(store: Any) -> None:
    publish_sample(store, first_run())

    answer = write(store, **arrival())

    assert answer.identities == {"a:4": "P1"}
    assert (answer.live_sequence, answer.is_repeated) == (1, False)
    with store.view() as view:
        state = view.identity("P1")
        assert state.record_ids == ("a:1", "a:2", "a:4")
        assert [value.value for value in state.golden] == ["INÉS"]
        assert view.members_of(["P1"]) == {"P1": ("a:1", "a:2", "a:4")}
        assert view.record("a:4").source_record["line"] == 4
        assert [row["record_id"] for row in view.standardised(["a:4"])] == ["a:4"]
        assert view.links_among(["a:1", "a:2", "a:4"]) == [
            PairwisePrediction("a:1", "a:4", 6.0, None, 0.5),
            PairwisePrediction("a:1", "a:2", 4.0, 0, 0.0),
        ]
        assert view.links_of("a:4", limit=5) == view.links_beyond(["a:4"], at_least=0.0)
        assert view.hits_of(["w:1"]) == [WatchlistHit("w:1", "a:4", 4.0)]
        assert view.uses_of(["a:4"]) == [("a:4", EMAIL), ("a:4", PHONE)]
        assert view.users_of([PHONE], limit=9) == {PHONE: AttributeUsers(3, ("a:1", "a:3", "a:4"))}
        assert view.relations_of(["a:4"]) == [Relation("a:4", "a:2", "spouse")]
        assert view.candidates([7], limit=9).record_ids == ("a:1", "a:3", "a:4")
        assert view.candidates([9], limit=9).record_ids == ("a:4",)
        assert view.quality_of(["P1"])["P1"].n_records == 3
        assert [one.identity_id for one in view.least_sound(limit=9)] == ["P1"]
        assert view.events_of("P1")[-1:] == list(answer.events)
        assert view.written_after(0) == {"a:4": 1}


def test_a_record_that_ends_is_in_no_answer(store: Any) -> None:
    publish_sample(store, first_run())

    answer = write(store, **departure())

    assert answer.identities == {"a:3": None}
    with store.view() as view:
        with pytest.raises(RecordNotFoundError):
            view.record("a:3")
        assert view.identity("P2").status.value == "retired"
        assert view.identities_of(["a:1", "a:3"]) == {"a:1": "P1"}
        assert view.links_of("a:3", limit=5) == []
        assert [hit.record_id for hit in view.hits_of(["w:1", "a:3"])] == ["a:1"]
        assert view.uses_of(["a:3"]) == []
        assert view.users_of([PHONE], limit=9) == {PHONE: AttributeUsers(1, ("a:1",))}
        assert view.relations_of(["a:1", "a:2", "a:3"]) == []
        assert view.candidates([7], limit=9).record_ids == ("a:1",)


def test_what_was_written_is_told_to_the_next_run(store: Any) -> None:
    publish_sample(store, first_run())
    write(store, **arrival())
    write(store, **departure())
    write(store, records=(version("a:4", line=5),))

    newest, changes = store.live_changes(after=1)

    assert newest == 3
    lines = [(one.record_id, one.source_record and one.source_record["line"]) for one in changes]
    assert lines == [("a:3", None), ("a:4", 5)]
    rows = [row for batch in store.memberships() for row in batch.to_pylist()]
    assert {row["record_id"]: row["identity_id"] for row in rows} == {
        "a:1": "P1", "a:2": "P1", "a:4": "P1",
    }  # fmt: skip
    births = {row["identity_id"]: row["status"] for row in store.identity_births().to_pylist()}
    assert births == {"P1": "current", "P2": "retired"}
    events = store.events_after(0, limit=9)
    assert [(one.sequence, one.identity_id) for one in events] == [
        (1, "P1"), (2, "P2"), (3, "P1"), (4, "P2")
    ]  # fmt: skip
    assert store.events_after(2, limit=1) == events[2:3]
    assert store.change_sequence() == 4


def test_a_record_that_is_written_again_and_again_is_served_once(store: Any) -> None:
    publish_sample(store, first_run())
    for line in (2, 3, 4):
        write(store, records=(version("a:1", line=line, keys=(line,), uses=(EMAIL,)),))

    with store.view() as view:
        assert [one.source_record["line"] for one in view.records(["a:1"])] == [4]
        assert view.uses_of(["a:1"]) == [("a:1", EMAIL)]
        assert view.candidates([2, 3, 4, 7], limit=9).record_ids == ("a:1", "a:3")
        assert view.candidates([2, 3], limit=9).record_ids == ()


def test_a_view_sees_nothing_that_is_written_after_it_was_opened(store: Any) -> None:
    publish_sample(store, first_run())
    write(store, records=(version("a:2", line=2),))
    with store.view() as view:
        before = all_told(view)
        write(store, **arrival())
        write(store, **departure())
        assert all_told(view) == before


def test_a_write_is_seen_whole_or_not_at_all(store: Any) -> None:
    publish_sample(store, first_run())

    def write_many() -> None:
        for line in range(30):
            both = tuple(version(one, line=line, keys=(100 + line,)) for one in ("a:1", "a:2"))
            write(store, records=both)

    with ThreadPoolExecutor(1) as writer:
        done = writer.submit(write_many)
        while not done.done():
            with store.view() as view:
                line = view.record("a:1").source_record["line"]
                assert view.record("a:2").source_record["line"] == line
                if line is not None:
                    assert view.candidates([100 + line], limit=9).record_ids == ("a:1", "a:2")
                    assert view.live_basis().live_sequence == 2 * (line + 1)
                    assert view.written_after(0) == {"a:1": 2 * line + 1, "a:2": 2 * line + 2}
        done.result()


def test_nothing_is_written_before_the_first_run(store: Any) -> None:
    with pytest.raises(RunNotFoundError):
        write(store, **arrival())


def disturbed(store: Any, *disturbances: Callable[[], None], **parts: Any) -> int:
    """Write while others do something each time it is planned; return how often it was."""
    n_plans = 0

    def plan(view: GraphView, _: Sequence[Decision]) -> LiveChange:
        nonlocal n_plans
        planned = change(view, reads=Footprint(frozenset({"a:1"}), frozenset({7})), **parts)
        if n_plans < len(disturbances):
            disturbances[n_plans]()
        n_plans += 1
        return planned

    store.write_live(plan)
    return n_plans


def test_what_it_rests_on_was_changed_meanwhile_so_it_is_planned_again(store: Any) -> None:
    publish_sample(store, first_run())

    assert disturbed(store, lambda: write(store, records=(version("a:1", line=2),)) and None) == 2
    assert (
        disturbed(store, lambda: write(store, records=(version("a:9", keys=(7,)),)) and None) == 2
    )
    decision = Decision("d-1", Verdict.SAME, (("a:1",), ("a:2",)), "ana", NOON, "seen", "")
    assert disturbed(store, lambda: store.add_decision(decision, check=lambda _: None)) == 2
    second = replace(first_run(), run=make_run("run-2"), events=())
    assert disturbed(store, lambda: publish_sample(store, second)) == 2


def test_what_others_write_elsewhere_does_not_matter(store: Any) -> None:
    publish_sample(store, first_run())

    elsewhere = version("a:3", line=2, keys=(11,))
    assert disturbed(store, lambda: write(store, records=(elsewhere,)) and None) == 1
    assert disturbed(store, records=(version("a:1", line=5),)) == 1
    with store.view() as view:
        lines = [one.source_record["line"] for one in view.records(["a:1", "a:3"])]
    assert lines == [5, 2]


def test_who_is_disturbed_each_time_is_at_last_let_alone(store: Any) -> None:
    publish_sample(store, first_run())

    def disturb() -> None:
        write(store, records=(version("a:1", line=2),))

    assert disturbed(store, disturb, disturb, disturb, records=(version("a:1", line=8),)) == 4
    with store.view() as view:
        assert view.record("a:1").source_record["line"] == 8


def test_a_request_that_comes_again_is_answered_and_not_written(store: Any) -> None:
    publish_sample(store, first_run())
    request = LiveRequest("ana:k-1", "digest")
    first = write(store, request=request, **arrival())
    write(store, **departure())

    again = write(store, request=request, records=(version("a:5"),))

    assert again == replace(first, is_repeated=True)
    with store.view() as view:
        assert view.records(["a:5"]) == []
    with pytest.raises(RequestConflictError):
        write(store, request=LiveRequest("ana:k-1", "another"), **arrival())


@pytest.mark.parametrize("is_written_first", [True, False])
def test_a_run_built_beside_knows_nothing_of_it(store: Any, is_written_first: bool) -> None:
    publish_sample(store, first_run())
    second = replace(
        first_run(), run=make_run("run-2"), links=[("a:1", "a:2", 1.0, 0)], events=(),
        keys=[(7, "a:1"), (9, "a:3")],
    )  # fmt: skip
    if is_written_first:
        write(store, **arrival())
        write(store, **departure())
    stage(store, second)
    if not is_written_first:
        write(store, **arrival())
        write(store, **departure())
    with store.view() as view:
        assert view.identities_of(["a:3", "a:4"]) == {"a:4": "P1"}

    switch(store, second)

    with store.view() as view:
        assert view.identities_of(["a:1", "a:2", "a:3", "a:4"]) == second.memberships
        assert view.records(["a:4"]) == []
        assert view.links_among(["a:1", "a:2", "a:3", "a:4"]) == [
            PairwisePrediction("a:1", "a:2", 1.0, 0, 0.0)
        ]
        assert len(view.hits_of(["w:1"])) == 2
        assert view.uses_of(["a:1", "a:3", "a:4"]) == [("a:1", PHONE), ("a:3", PHONE)]
        assert len(view.relations_of(["a:1", "a:2", "a:3"])) == 2
        assert view.candidates([7, 9], limit=9).record_ids == ("a:1", "a:3")
        assert [value.value for value in view.identity("P1").golden] == ["INES"]


def test_a_run_that_takes_over_from_another_leaves_what_was_written(store: Any) -> None:
    publish_sample(store, first_run())
    abandoned = replace(
        first_run(), run=make_run("run-2"), bodies=[body("a:1", line=2), body("w:1", "watchlist")]
    )
    write(store, records=(version("a:1", line=3, keys=(5,)),))
    stage(store, abandoned)
    write(store, records=(version("a:2", line=3, keys=(5,)),))
    third = replace(first_run(), run=make_run("run-3"), events=())
    stage(store, third)

    with store.view() as view:
        assert [one.source_record["line"] for one in view.records(["a:1", "a:2"])] == [3, 3]
        assert view.candidates([5], limit=9).record_ids == ("a:1", "a:2")
    switch(store, third)
    with store.view() as view:
        assert [one.source_record["line"] for one in view.records(["a:1", "a:2"])] == [None, None]
        assert view.candidates([5, 7, -8], limit=9).record_ids == ("a:1", "a:2", "a:3")


def test_a_run_may_bring_what_was_written_meanwhile(store: Any) -> None:
    publish_sample(store, first_run())
    second = replace(
        first_run(), run=make_run("run-2"), events=(),
        memberships={**first_run().memberships, "a:4": "P1"},
        uses=[("a:1", "phone", PHONE.value), ("a:4", "email", EMAIL.value)],
    )  # fmt: skip
    store.begin_run(second.run)
    for name, given in second.tables().items():
        store.load(second.run.run_id, name, given)
    write(store, **arrival())
    stage(store, second)

    switch(store, second)

    with store.view() as view:
        assert view.identity("P1").record_ids == ("a:1", "a:2", "a:4")
        assert view.uses_of(["a:4"]) == [("a:4", EMAIL)]


def test_a_run_is_served_with_what_it_had_to_catch_up(store: Any) -> None:
    publish_sample(store, first_run())
    write(store, records=(version("a:1", line=2),))
    events = [event("P3", "created"), event("P4", "created"), event("P2", "retired")]
    second = SampleRun(
        run=make_run("run-2", change_sequence=2, summary={"live_sequence": 1}),
        memberships={"a:1": "P3", "a:2": "P4"},
        events=events,
    )
    stage(store, second)
    answer = write(store, **arrival())
    given: dict[str, Any] = {}

    def catch_up(*, new: GraphView, old: GraphView, **more: Any) -> CaughtUp:
        given.update(more, new=new.identities_of(["a:1", "a:4"]), old=old.identities_of(["a:4"]))
        laid = change(
            new, records=(version("a:4", line=4, keys=(9,)),), memberships={"a:4": "P3"},
            events=(happened("P3", IdentityEventKind.CREATED, ["a:1", "a:4"]),),
        )  # fmt: skip
        return CaughtUp(laid, frozenset({"P3", "P2"}))

    rows = [list(one.values()) for one in events]
    store.switch(
        second.run, expected_counts=second.counts(), events=batches(IDENTITY_EVENTS, rows),
        catch_up=catch_up,
    )  # fmt: skip

    assert (given["new"], given["old"]) == ({"a:1": "P3"}, {"a:4": "P1"})
    assert given["events"] == list(answer.events)
    assert given["decisions"] == []
    [arrived] = given["changes"]
    assert isinstance(arrived, RecordChange)
    assert arrived.record_id == "a:4"
    with store.view() as view:
        assert view.identities_of(["a:1", "a:2", "a:4"]) == {"a:1": "P3", "a:2": "P4", "a:4": "P3"}
        assert view.candidates([9], limit=5).record_ids == ("a:4",)
        assert view.live_basis().live_sequence == 2
    told = store.events_after(3, limit=9)
    assert [one.identity_id for one in told] == ["P4", "P3"]
    assert store.events_after(told[0].sequence - 1, limit=1) == told[:1]
    assert store.events_after(told[0].sequence, limit=1) == told[1:]
    assert store.live_changes(after=0)[0] == 2

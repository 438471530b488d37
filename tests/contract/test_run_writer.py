from collections.abc import Callable
from typing import Any

import pytest

from models.errors import BackendUnavailableError, InvalidInputError, RecordNotFoundError
from tests.contract.sample_runs import (
    SampleRun,
    body,
    change_records,
    event,
    golden,
    make_run,
    publish_sample,
    stage,
    switch,
)


def a_run(number: int, **changes: Any) -> SampleRun:
    whole: dict[str, Any] = {
        "run": make_run(f"run-{number}"),
        "memberships": {"a:1": "P1", "a:2": "P1"},
        "links": [("a:1", "a:2", 8.0 + number, 0)],
        "golden_records": {"P1": [golden("name", f"NAME {number}", "a:1")]},
        "hits": [("w:1", "a:1", 2.0, 0)],
        "keys": [(5, "a:1"), (5, "a:2"), (6, "w:1")],
        "events": [event("P1", "created")] if number == 1 else [],
    }
    return SampleRun(**(whole | changes))


def served(store: Any) -> list[Any]:
    """Everything that the sample runs touch, as a reader sees it now."""
    with store.view() as view:
        run = view.run()
        return [
            run and run.run_id,
            view.identities_of(["a:1", "a:2", "a:3"]),
            [(r.record_id, dict(r.source_record)) for r in view.records(["a:1", "a:2", "w:1"])],
            view.links_of("a:1", limit=5),
            view.hits_of(["a:1"]),
            [view.candidates([key], limit=5) for key in (5, 6, 7)],
            view.events_of("P1"),
        ]


def test_what_was_loaded_is_counted(store: Any) -> None:
    sample = a_run(1)
    store.begin_run(sample.run)

    counts = {n: store.load("run-1", n, given) for n, given in sample.tables().items()}

    assert counts == {
        "memberships": 2,
        "links": 1,
        "golden_records": 1,
        "watchlist_hits": 1,
        "attribute_uses": 0,
        "relations": 0,
        "identity_quality": 0,
    }


def test_a_table_may_be_loaded_in_several_parts(store: Any) -> None:
    one, other = a_run(1, memberships={"a:1": "P1"}), a_run(1, memberships={"a:2": "P1"})
    store.begin_run(one.run)

    store.load("run-1", "memberships", one.tables()["memberships"])
    store.load("run-1", "memberships", other.tables()["memberships"])

    store.switch(one.run, expected_counts={"memberships": 2}, events=[])
    with store.view() as view:
        assert view.identities_of(["a:1", "a:2"]) == {"a:1": "P1", "a:2": "P1"}


def test_nothing_of_a_run_is_seen_before_the_switch(store: Any) -> None:
    publish_sample(store, a_run(1))
    before = served(store)

    stage(store, a_run(2, keys=[(7, "a:1")], bodies=[body("a:1", line=9)]))

    assert served(store) == before
    assert [run.status for run in store.runs(limit=5)] == ["building", "published"]


@pytest.mark.parametrize(
    "table",
    ["memberships", "links", "golden_records", "watchlist_hits", "records", "blocking_keys"],
)
def test_a_run_that_holds_not_what_is_expected_is_not_served(store: Any, table: str) -> None:
    publish_sample(store, a_run(1))
    before = served(store)
    second = a_run(2, events=[event("P1", "changed")])
    stage(store, second)

    with pytest.raises(BackendUnavailableError, match=table):
        switch(store, second, **{table: 99})

    assert served(store) == before
    assert len(store.events_after(0, limit=9)) == 1


def test_a_switch_that_failed_may_be_tried_again(store: Any) -> None:
    sample = a_run(1)
    stage(store, sample)
    with pytest.raises(BackendUnavailableError):
        switch(store, sample, links=99)

    switch(store, sample)

    assert served(store)[0] == "run-1"
    assert [e.sequence for e in store.events_after(0, limit=9)] == [1]


def test_a_run_that_was_not_finished_is_swept_by_the_next(store: Any) -> None:
    publish_sample(store, a_run(1))
    stage(
        store,
        a_run(
            2,
            memberships={"a:3": "P9"},
            keys=[(7, "a:1"), (7, "a:3")],
            bodies=[body("a:1", line=9), body("a:3")],
        ),
    )

    publish_sample(store, a_run(3))

    assert [(r.run_id, r.status) for r in store.runs(limit=5)] == [
        ("run-3", "published"),
        ("run-2", "failed"),
        ("run-1", "superseded"),
    ]
    with store.view() as view:
        assert view.identities_of(["a:1", "a:2", "a:3"]) == {"a:1": "P1", "a:2": "P1"}
        assert view.record("a:1").source_record["line"] is None
        assert view.candidates([7], limit=5).record_ids == ()
        assert view.candidates([5], limit=5).record_ids == ("a:1", "a:2")
        with pytest.raises(RecordNotFoundError):
            view.record("a:3")


def test_a_run_begun_elsewhere_ends_the_one_being_built_here(
    open_store: Callable[[], Any],
) -> None:
    one, other = open_store(), open_store()
    stage(one, a_run(1))

    other.begin_run(make_run("run-2"))

    with pytest.raises(BackendUnavailableError):
        switch(one, a_run(1))
    with pytest.raises(BackendUnavailableError):
        one.load("run-1", "links", a_run(1, links=[("a:3", "a:4", 1.0, 0)]).tables()["links"])
    other.switch(make_run("run-2"), expected_counts={}, events=[])
    assert served(other)[0] == "run-2"


def test_a_run_may_be_begun_again_under_its_id_until_it_is_published(store: Any) -> None:
    stage(store, a_run(1, links=[("a:1", "a:3", 1.0, 0)]))

    publish_sample(store, a_run(1))

    assert [r.run_id for r in store.runs(limit=5)] == ["run-1"]
    with store.view() as view:
        assert [p.right_id for p in view.links_of("a:1", limit=5)] == ["a:2"]


@pytest.mark.parametrize("run_id", ["run-1", "run-2"])
def test_a_published_run_is_never_built_again(store: Any, run_id: str) -> None:
    publish_sample(store, a_run(1))
    publish_sample(store, a_run(2))

    with pytest.raises(InvalidInputError):
        store.begin_run(make_run(run_id))

    assert served(store)[0] == "run-2"


def test_publishing_the_same_again_changes_nothing_but_the_run(store: Any) -> None:
    publish_sample(store, a_run(1))
    before = served(store)[1:]

    publish_sample(store, a_run(2, links=a_run(1).links))

    assert served(store)[1:] == before


def test_records_that_stay_the_same_are_not_written_again(store: Any) -> None:
    sample = a_run(1)
    publish_sample(store, sample)
    store.begin_run(make_run("run-2"))

    assert change_records(store, sample.all_bodies()) == 0
    assert change_records(store, [*sample.all_bodies(), body("a:9")]) == 1


def test_served_hashes_are_those_of_the_published_run(store: Any) -> None:
    publish_sample(store, a_run(1, bodies=[body("a:1"), body("a:2")]))
    store.begin_run(make_run("run-2"))
    change_records(store, [body("a:1", line=2), body("a:3")])

    hashes = {
        r["record_id"]: r["content_hash"] for b in store.record_hashes() for r in b.to_pylist()
    }

    assert hashes == {i: body(i)["content_hash"] for i in ("a:1", "a:2")}


def test_changed_new_and_removed_records_are_served_after_the_switch(store: Any) -> None:
    publish_sample(store, SampleRun(bodies=[body("a:1", line=1), body("a:2"), body("a:3")]))
    publish_sample(
        store,
        SampleRun(run=make_run("run-2"), bodies=[body("a:1", line=2), body("a:3"), body("a:4")]),
    )
    with store.view() as view:
        found = view.records(["a:1", "a:2", "a:3", "a:4"])
        assert [r.record_id for r in found] == ["a:1", "a:3", "a:4"]
        assert found[0].source_record["line"] == 2

    publish_sample(store, SampleRun(run=make_run("run-3"), bodies=[body("a:2", line=3)]))
    with store.view() as view:
        found = view.records(["a:1", "a:2", "a:3", "a:4"])
        assert [(r.record_id, r.source_record["line"]) for r in found] == [("a:2", 3)]


def test_keys_may_come_go_and_come_back(store: Any) -> None:
    held = [
        [(5, "a:1"), (5, "a:2"), (6, "a:1")],
        [(5, "a:2"), (7, "a:1")],
        [],
        [(5, "a:1"), (5, "a:2"), (5, "a:2"), (6, "a:1")],
        [(5, "a:1"), (6, "a:1"), (6, "a:3")],
        [(0, "a:1"), (5, "a:1"), (6, "a:1"), (6, "a:3")],
        [(5, "a:1"), (6, "a:1"), (6, "a:3")],
    ]
    for number, keys in enumerate(held, start=1):
        publish_sample(store, SampleRun(run=make_run(f"run-{number}"), keys=keys))

        with store.view() as view:
            for key in (0, 5, 6, 7):
                expected = sorted({record for k, record in keys if k == key})
                assert list(view.candidates([key], limit=9).record_ids) == expected


def test_a_run_that_brings_no_records_leaves_those_served(store: Any) -> None:
    publish_sample(store, a_run(1))
    store.begin_run(make_run("run-2"))

    store.switch(make_run("run-2"), expected_counts={"memberships": 0}, events=[])

    with store.view() as view:
        assert view.record("a:1").record_id == "a:1"
        assert view.candidates([5], limit=5).record_ids == ("a:1", "a:2")
        assert view.identities_of(["a:1"]) == {}


def test_a_row_given_twice_is_refused(store: Any) -> None:
    sample = a_run(1)
    store.begin_run(sample.run)
    store.load("run-1", "links", sample.tables()["links"])

    with pytest.raises(BackendUnavailableError):
        store.load("run-1", "links", sample.tables()["links"])


def test_an_unknown_table_or_run_is_refused(store: Any) -> None:
    with pytest.raises(BackendUnavailableError):
        store.load("run-1", "links", [])
    store.begin_run(make_run("run-1"))

    with pytest.raises(ValueError, match="gold"):
        store.load("run-1", "gold", [])
    with pytest.raises(BackendUnavailableError):
        store.load("run-2", "links", [])


def test_a_run_without_a_finishing_time_is_not_served(store: Any) -> None:
    run = make_run(finished_at=None)
    store.begin_run(run)

    with pytest.raises(ValueError, match="finished"):
        store.switch(run, expected_counts={}, events=[])


def test_an_error_in_the_rows_given_leaves_the_served_run(store: Any) -> None:
    publish_sample(store, a_run(1))
    before = served(store)
    store.begin_run(make_run("run-2"))

    def rows() -> Any:
        yield from a_run(2).tables()["links"]
        raise OSError("the file went away")

    with pytest.raises((BackendUnavailableError, OSError)):
        store.load("run-2", "links", rows())

    assert served(store) == before


def test_events_go_on_counting_from_run_to_run(store: Any) -> None:
    publish_sample(store, a_run(1))
    publish_sample(store, a_run(2, events=[event("P1", "changed"), event("P2", "created")]))

    events = store.events_after(0, limit=9)

    assert [(e.sequence, e.run_id) for e in events] == [(1, "run-1"), (2, "run-2"), (3, "run-2")]


def test_runs_are_told_newest_first_and_cut(store: Any) -> None:
    for number in (1, 2, 3):
        publish_sample(store, a_run(number))

    assert [r.run_id for r in store.runs(limit=2)] == ["run-3", "run-2"]
    assert store.runs(limit=0) == []

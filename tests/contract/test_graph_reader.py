from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from models.errors import IdentityNotFoundError, RecordNotFoundError
from models.identity import GoldenValue, IdentityEventKind, IdentityStatus, WatchlistHit
from models.prediction import PairwisePrediction
from models.record import Role
from models.tables import SOURCE_RECORDS, STANDARDISED_ATTRIBUTES, STANDARDISED_RECORDS
from tests.contract.sample_runs import (
    NOON,
    SampleRun,
    body,
    event,
    golden,
    make_run,
    publish_sample,
    stage,
    switch,
)

HOSTILE_IDS = [
    "s:a/b/../c", "s:'; DROP TABLE record;--", 's:"quoted"', "s:with space", "s:two:colons::",
    "s:emoji 🧑‍🚀", "s:Ωμέγα", "s:نص", "s:%2F%00", "s:tab\there", "s:new\nline", "s:back\\slash",
    "s:nul\x00inside", "s:" + "long" * 500, "s:e\u0301", "s:\u00e9", "s:[1,2]", "s:null", "s:?",
]  # fmt: skip


def test_an_empty_store_answers_that_it_has_nothing(store: Any) -> None:
    with store.view() as view:
        assert view.run() is None
        assert view.identities_of(["a:1"]) == {}
        assert view.records(["a:1"]) == []
        assert view.links_among(["a:1", "a:2"]) == []
        assert view.links_of("a:1", limit=5) == []
        assert view.hits_of(["a:1"]) == []
        assert view.events_of("P1") == []
        assert view.candidates([1, 2], limit=5).record_ids == ()
        with pytest.raises(IdentityNotFoundError):
            view.identity("P1")
        with pytest.raises(RecordNotFoundError):
            view.record("a:1")
    assert store.runs(limit=5) == []
    assert store.events_after(0, limit=5) == []


def test_the_published_run_is_told_as_it_finished(store: Any) -> None:
    begun = make_run(finished_at=None, summary={})
    finished = make_run(summary={"seconds": 2.5, "records": 1}, change_sequence=7)

    store.begin_run(begun)
    store.switch(finished, expected_counts={}, events=[])

    with store.view() as view:
        run = view.run()
    assert run.status == "published"
    assert (run.run_id, run.started_at, run.finished_at) == (
        "run-1", NOON, NOON + timedelta(minutes=5),
    )  # fmt: skip
    assert run.summary == {"seconds": 2.5, "records": 1}
    assert run.change_sequence == 7
    assert store.runs(limit=5) == [run]


def test_an_identity_has_its_records_in_order_and_its_golden_values(store: Any) -> None:
    sample = SampleRun(
        memberships={"b:2": "P1", "a:9": "P1", "a:10": "P1", "c:1": "P2"},
        golden_records={"P1": [golden("name", 'JO "X" ÉA', "a:9", 3)], "P2": []},
        events=[event("P1", "created"), event("P2", "created")],
    )

    publish_sample(store, sample)

    with store.view() as view:
        state = view.identity("P1")
        assert state.status is IdentityStatus.CURRENT
        assert state.superseded_by == ()
        assert state.record_ids == ("a:10", "a:9", "b:2")
        assert state.golden == (GoldenValue("name", 'JO "X" ÉA', "a:9", "NAME", 'jo "x" éa', 3),)
        assert view.identity("P2").golden == ()


def test_identities_are_found_by_record_and_unknown_records_left_out(store: Any) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1", "a:2": "P2"}))

    with store.view() as view:
        assert view.identities_of(["a:2", "a:1", "a:1", "zz:9"]) == {"a:1": "P1", "a:2": "P2"}


def test_a_record_has_every_field_of_its_schema(store: Any) -> None:
    name = {"kind": "primary", "full": "Ana"}
    publish_sample(store, SampleRun(bodies=[body("a:1", names=[name], line=7)]))

    with store.view() as view:
        record = view.record("a:1")
    assert record.role is Role.PERSON
    assert list(record.source_record) == SOURCE_RECORDS.names
    assert list(record.standardised) == STANDARDISED_RECORDS.names
    assert record.source_record["line"] == 7
    assert record.source_record["names"][0]["full"] == "Ana"
    assert record.source_record["names"][0]["suffix"] is None
    assert record.source_record["phones"] == []
    assert record.source_record["extra"] is None


def test_records_come_in_order_of_id_and_unknown_ones_are_left_out(store: Any) -> None:
    publish_sample(store, SampleRun(bodies=[body(i) for i in ("b:1", "a:2", "a:10")]))

    with store.view() as view:
        found = view.records(["b:1", "zz:1", "a:2", "a:10", "a:2"])
    assert [record.record_id for record in found] == ["a:10", "a:2", "b:1"]


def test_what_is_compared_of_records_is_what_the_whole_records_hold(store: Any) -> None:
    publish_sample(store, SampleRun(bodies=[body(i) for i in ("b:1", "a:2:3", "w:1")]))

    with store.view() as view:
        compared = view.standardised(["w:1", "b:1", "zz:1", "a:2:3", "b:1"])
        whole = view.records(["w:1", "b:1", "a:2:3"])
    read = {"record_id", "source", "source_record_id", "role", *STANDARDISED_ATTRIBUTES}
    for one, record in zip(compared, whole, strict=True):
        assert {name: one[name] for name in read} == {
            name: record.standardised[name] for name in read
        }


def test_links_are_strongest_first_and_ties_go_by_id(store: Any) -> None:
    links = [("a:1", "a:2", 3.0, 0), ("a:1", "a:3", 9.5, 1), ("a:2", "a:3", 3.0, -1)]
    publish_sample(store, SampleRun(links=links))

    with store.view() as view:
        assert view.links_among(["a:3", "a:1", "a:2"]) == [
            PairwisePrediction("a:1", "a:3", 9.5, 1),
            PairwisePrediction("a:1", "a:2", 3.0, 0),
            PairwisePrediction("a:2", "a:3", 3.0, None),
        ]
        assert view.links_among(["a:1", "a:2", "zz:1"]) == [
            PairwisePrediction("a:1", "a:2", 3.0, 0)
        ]
        assert view.links_among(["a:1"]) == []


def test_what_sources_tell_is_kept_beside_the_match_weight_and_counts_with_it(store: Any) -> None:
    links = [("a:1", "a:2", -6.0, 0, 4.5), ("a:1", "a:3", 3.0, 0, -7.5), ("a:1", "a:4", -4.0, 0)]
    publish_sample(store, SampleRun(links=links))

    with store.view() as view:
        assert view.links_of("a:1", limit=9) == [
            PairwisePrediction("a:1", "a:3", 3.0, 0, -7.5),
            PairwisePrediction("a:1", "a:4", -4.0, 0, 0.0),
            PairwisePrediction("a:1", "a:2", -6.0, 0, 4.5),
        ]
        found = view.links_beyond(["a:1"], at_least=-4.0)
        assert [link.right_id for link in found] == ["a:4", "a:2"]


def test_links_of_a_record_are_cut_to_the_strongest(store: Any) -> None:
    links = [("a:0", f"a:{n}", float(n % 4), 0) for n in range(1, 9)]
    publish_sample(store, SampleRun(links=links))

    with store.view() as view:
        found = view.links_of("a:0", limit=3)
        assert [(p.right_id, p.match_weight) for p in found] == [
            ("a:3", 3.0), ("a:7", 3.0), ("a:2", 2.0),
        ]  # fmt: skip
        assert view.links_of("a:3", limit=3) == [PairwisePrediction("a:0", "a:3", 3.0, 0)]
        assert view.links_of("a:0", limit=0) == []
        assert view.links_of("zz:1", limit=3) == []


def test_hits_are_found_from_either_end_once_and_strongest_first(store: Any) -> None:
    hits = [("w:1", "a:1", 2.0, 0), ("w:1", "a:2", 5.0, 0), ("w:2", "a:1", 5.0, 0)]
    publish_sample(store, SampleRun(hits=hits))

    with store.view() as view:
        assert view.hits_of(["a:1"]) == [
            WatchlistHit("w:2", "a:1", 5.0),
            WatchlistHit("w:1", "a:1", 2.0),
        ]
        assert view.hits_of(["w:1", "a:1", "a:2"]) == [
            WatchlistHit("w:1", "a:2", 5.0),
            WatchlistHit("w:2", "a:1", 5.0),
            WatchlistHit("w:1", "a:1", 2.0),
        ]
        assert view.record("w:1").role is Role.WATCHLIST


def test_candidates_hold_any_of_the_keys_each_once(store: Any) -> None:
    keys = [(7, "a:2"), (7, "a:1"), (-9, "a:1"), (-9, "w:1"), (2**63 - 1, "a:3"), (-(2**63), "a:4")]
    publish_sample(store, SampleRun(keys=keys))

    with store.view() as view:
        found = view.candidates([-9, 7, 7, 12345], limit=10)
        assert found.record_ids == ("a:1", "a:2", "w:1")
        assert (found.n_keys_too_common, found.is_truncated) == (0, False)
        assert view.candidates([2**63 - 1, -(2**63)], limit=10).record_ids == ("a:3", "a:4")


def test_a_key_that_alone_brings_more_than_the_limit_is_left_out_and_counted(store: Any) -> None:
    keys = [(1, f"a:{n}") for n in range(5)] + [(2, "b:1"), (2, "b:2")]
    publish_sample(store, SampleRun(keys=keys))

    with store.view() as view:
        found = view.candidates([1, 2], limit=4)
        assert found.record_ids == ("b:1", "b:2")
        assert (found.n_keys_too_common, found.is_truncated) == (1, False)
        assert len(view.candidates([1], limit=5).record_ids) == 5


def test_keys_that_together_bring_more_than_the_limit_are_cut_and_say_so(store: Any) -> None:
    keys = [(1, f"a:{n}") for n in range(4)] + [(2, "b:1"), (2, "b:2")]
    publish_sample(store, SampleRun(keys=keys))

    with store.view() as view:
        found = view.candidates([1, 2], limit=4)
    assert found.record_ids == ("a:0", "a:1", "b:1", "b:2")
    assert (found.n_keys_too_common, found.is_truncated) == (0, True)


def test_a_merged_identity_answers_with_what_stands_for_it_now(store: Any) -> None:
    first = SampleRun(
        memberships={"a:1": "P1", "a:2": "P2", "a:3": "P3"},
        golden_records={"P2": [golden("name", "X", "a:2")]},
        events=[event(i, "created") for i in ("P1", "P2", "P3")],
    )
    second = SampleRun(
        run=make_run("run-2"),
        memberships={"a:1": "P1", "a:2": "P1", "a:3": "P3"},
        events=[event("P1", "merged", ["P2"]), event("P2", "merged", ["P1"])],
    )
    third = SampleRun(
        run=make_run("run-3"),
        memberships={"a:1": "P3", "a:2": "P3", "a:3": "P3"},
        events=[event("P1", "merged", ["P3"]), event("P3", "merged", ["P1"])],
    )
    for sample in (first, second, third):
        publish_sample(store, sample)

    with store.view() as view:
        state = view.identity("P2")
        assert state.status is IdentityStatus.SUPERSEDED
        assert state.superseded_by == ("P3",)
        assert (state.record_ids, state.golden) == ((), ())
        assert [e.kind for e in view.events_of("P2")] == ["created", "merged"]


def test_a_split_identity_answers_with_every_part(store: Any) -> None:
    publish_sample(
        store, SampleRun(memberships={"a:1": "P1", "a:2": "P1"}, events=[event("P1", "created")])
    )
    parts = [event(i, "created", ["P1"]) for i in ("P2", "P3")]
    publish_sample(
        store,
        SampleRun(
            run=make_run("run-2"),
            memberships={"a:1": "P3", "a:2": "P2"},
            events=[event("P1", "split", ["P3", "P2"]), *parts],
        ),
    )

    with store.view() as view:
        assert view.identity("P1").status is IdentityStatus.SUPERSEDED
        assert view.identity("P1").superseded_by == ("P2", "P3")


def test_a_retired_identity_answers_that_it_is_and_may_come_back(store: Any) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1"}, events=[event("P1", "created")]))
    publish_sample(
        store, SampleRun(run=make_run("run-2"), bodies=[], events=[event("P1", "retired")])
    )
    with store.view() as view:
        assert view.identity("P1").status is IdentityStatus.RETIRED
        assert view.identity("P1").superseded_by == ()

    publish_sample(
        store,
        SampleRun(
            run=make_run("run-3"), memberships={"a:1": "P1"}, events=[event("P1", "restored")]
        ),
    )
    with store.view() as view:
        assert view.identity("P1").status is IdentityStatus.CURRENT
        assert [e.kind for e in view.events_of("P1")] == ["created", "retired", "restored"]


def test_identities_that_became_each_other_do_not_go_round_for_ever(store: Any) -> None:
    publish_sample(
        store,
        SampleRun(
            memberships={"a:1": "P3"},
            events=[event("P1", "split", ["P2", "P3"]), event("P2", "merged", ["P1", "P3"])],
        ),
    )

    with store.view() as view:
        assert view.identity("P1").superseded_by == ("P3",)
        assert view.identity("P2").superseded_by == ("P3",)


def test_events_have_rising_sequences_the_run_and_its_finishing_time(store: Any) -> None:
    more = {"added_record_ids": ["a:1", 's:"q"'], "removed_record_ids": ["a:2"]}
    publish_sample(
        store,
        SampleRun(
            memberships={"a:1": "P1", "a:3": "P2"},
            events=[event("P2", "created"), event("P1", "changed", ["P2", "P9"], **more)],
        ),
    )

    events = store.events_after(0, limit=10)

    assert [e.sequence for e in events] == [1, 2]
    assert [e.identity_id for e in events] == ["P2", "P1"]
    assert events[1].kind is IdentityEventKind.CHANGED
    assert events[1].run_id == "run-1"
    assert events[1].at == NOON + timedelta(minutes=5)
    assert events[1].related_ids == ("P2", "P9")
    assert events[1].added_record_ids == ("a:1", 's:"q"')
    assert events[1].removed_record_ids == ("a:2",)
    assert events[1].cause == "changed in a test"
    with store.view() as view:
        assert view.events_of("P1") == events[1:]


def test_the_change_feed_is_read_in_pages(store: Any) -> None:
    publish_sample(store, SampleRun(events=[event(f"P{n}", "created") for n in range(5)]))

    assert [e.sequence for e in store.events_after(0, limit=2)] == [1, 2]
    assert [e.sequence for e in store.events_after(2, limit=2)] == [3, 4]
    assert [e.sequence for e in store.events_after(4, limit=2)] == [5]
    assert store.events_after(5, limit=2) == []
    assert store.events_after(0, limit=0) == []


def test_many_events_keep_the_order_they_came_in(store: Any) -> None:
    ids = [f"P{(n * 7919) % 5000}" for n in range(5000)]
    publish_sample(store, SampleRun(events=[event(i, "created") for i in ids]))

    assert [e.identity_id for e in store.events_after(0, limit=9999)] == ids


@pytest.mark.parametrize("record_id", HOSTILE_IDS, ids=ascii)
def test_any_text_may_be_a_record_id(store: Any, record_id: str) -> None:
    sample = SampleRun(
        memberships={record_id: "P1", "s:other": "P1"},
        links=[(*sorted([record_id, "s:other"]), 4.0, 0)],  # type: ignore[list-item]
        hits=[("w:1", record_id, 1.0, 0)],
        keys=[(5, record_id)],
        golden_records={"P1": [golden("name", record_id, record_id)]},
        events=[event("P1", "created", added_record_ids=[record_id])],
    )

    publish_sample(store, sample)

    with store.view() as view:
        assert record_id in view.identity("P1").record_ids
        assert view.identity("P1").golden[0].record_id == record_id
        assert view.identities_of([record_id]) == {record_id: "P1"}
        assert view.record(record_id).source_record["record_id"] == record_id
        assert len(view.links_of(record_id, limit=5)) == 1
        assert len(view.links_among([record_id, "s:other"])) == 1
        assert view.hits_of([record_id])[0].record_id == record_id
        assert view.candidates([5], limit=5).record_ids == (record_id,)
        assert view.events_of("P1")[0].added_record_ids == (record_id,)


@pytest.mark.parametrize("identity_id", HOSTILE_IDS, ids=ascii)
def test_any_text_may_be_an_identity_id(store: Any, identity_id: str) -> None:
    publish_sample(
        store,
        SampleRun(
            memberships={"a:1": identity_id},
            golden_records={identity_id: [golden("name", "X", "a:1")]},
            events=[event(identity_id, "created", [identity_id])],
        ),
    )

    with store.view() as view:
        assert view.identity(identity_id).record_ids == ("a:1",)
        assert view.identity(identity_id).golden[0].value == "X"
        assert view.events_of(identity_id)[0].related_ids == (identity_id,)


def test_an_id_that_is_no_unicode_text_is_unknown(store: Any) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1"}))

    with store.view() as view:
        assert view.identities_of(["a:\udcff"]) == {}
        assert view.records(["a:\udcff", "a:1"])[0].record_id == "a:1"
        assert view.links_of("a:\udcff", limit=5) == []
        assert view.events_of("\udcff") == []
        with pytest.raises(IdentityNotFoundError):
            view.identity("\udcff")
        with pytest.raises(RecordNotFoundError):
            view.record("a:\udcff")


def test_thousands_of_ids_may_be_asked_for_at_once(store: Any) -> None:
    ids = [f"a:{n:05}" for n in range(5000)]
    links = [(one, other, 1.0, 0) for one, other in pairwise(ids)]
    publish_sample(store, SampleRun(memberships=dict.fromkeys(ids, "P1"), links=links))

    with store.view() as view:
        assert len(view.identities_of(ids)) == 5000
        assert len(view.records(ids)) == 5000
        assert len(view.links_among(ids)) == 4999
        assert view.identity("P1").record_ids == tuple(ids)


def test_a_view_stays_the_same_while_another_run_is_published(
    open_store: Callable[[], Any],
) -> None:
    reader, writer = open_store(), open_store()
    first = SampleRun(
        memberships={"a:1": "P1", "a:2": "P1"},
        links=[("a:1", "a:2", 8.0, 0)],
        hits=[("w:1", "a:1", 2.0, 0)],
        bodies=[body("a:1", line=1), body("a:2"), body("w:1", "watchlist")],
        keys=[(5, "a:1"), (6, "a:2")],
        golden_records={"P1": [golden("name", "OLD", "a:1")]},
        events=[event("P1", "created")],
    )
    second = SampleRun(
        run=make_run("run-2"),
        memberships={"a:1": "P1", "a:3": "P3"},
        bodies=[body("a:1", line=2), body("a:3")],
        keys=[(6, "a:1"), (7, "a:3")],
        golden_records={"P1": [golden("name", "NEW", "a:1")]},
        events=[event("P1", "changed"), event("P3", "created")],
    )
    publish_sample(writer, first)

    def seen(view: Any) -> list[Any]:
        return [
            view.run(),
            view.identity("P1"),
            view.identities_of(["a:1", "a:2", "a:3"]),
            [dict(r.source_record) for r in view.records(["a:1", "a:2", "a:3", "w:1"])],
            view.links_of("a:1", limit=5),
            view.hits_of(["a:1"]),
            view.events_of("P1"),
            view.candidates([5, 6, 7], limit=5),
        ]

    with reader.view() as view:
        before = seen(view)
        stage(writer, second)
        assert seen(view) == before
        with reader.view() as fresh:
            assert seen(fresh) == before
        switch(writer, second)
        assert seen(view) == before
        with pytest.raises(IdentityNotFoundError):
            view.identity("P3")
    with reader.view() as view:
        assert view.run().run_id == "run-2"
        assert view.identity("P1").golden[0].value == "NEW"
        assert view.identities_of(["a:1", "a:2", "a:3"]) == {"a:1": "P1", "a:3": "P3"}
        assert view.record("a:1").source_record["line"] == 2
        assert view.links_of("a:1", limit=5) == []
        assert view.hits_of(["a:1"]) == []
        assert view.candidates([5], limit=5).record_ids == ()
        assert view.candidates([6, 7], limit=5).record_ids == ("a:1", "a:3")
        with pytest.raises(RecordNotFoundError):
            view.record("a:2")

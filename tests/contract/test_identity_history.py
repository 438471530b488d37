from typing import Any

from models.tables import MEMBERSHIPS
from tests.contract.sample_runs import SampleRun, event, make_run, publish_sample, stage


def memberships(store: Any) -> dict[str, str]:
    rows = [row for batch in store.memberships() for row in batch.to_pylist()]
    return {row["record_id"]: row["identity_id"] for row in rows}


def births(store: Any) -> list[tuple[str, int, str]]:
    rows = store.identity_births().to_pylist()
    return sorted((r["identity_id"], r["birth"], r["status"]) for r in rows)


def test_before_the_first_publish_there_is_no_history(store: Any) -> None:
    stage(store, SampleRun(memberships={"a:1": "P1"}))

    assert list(store.memberships()) == []
    assert store.identity_births().num_rows == 0
    assert store.identity_births().column_names == ["identity_id", "birth", "status"]
    assert store.change_sequence() == 0
    assert store.published_run() is None


def test_memberships_are_those_of_the_published_run(store: Any) -> None:
    publish_sample(store, SampleRun(memberships={"a:1": "P1", "a:2": "P1"}))
    publish_sample(
        store, SampleRun(run=make_run("run-2"), memberships={"a:1": "P1", "b:é 🧭": "P2"})
    )
    stage(store, SampleRun(run=make_run("run-3"), memberships={"a:1": "P9"}))

    assert memberships(store) == {"a:1": "P1", "b:é 🧭": "P2"}
    assert all(batch.schema.equals(MEMBERSHIPS) for batch in store.memberships())
    assert store.published_run().run_id == "run-2"


def test_every_id_ever_issued_has_a_birth_and_a_status(store: Any) -> None:
    publish_sample(
        store,
        SampleRun(
            memberships={"a:1": "P1", "a:2": "P2", "a:3": "P3"},
            events=[event("P2", "created"), event("P1", "created"), event("P3", "created")],
        ),
    )
    publish_sample(
        store,
        SampleRun(
            run=make_run("run-2"),
            memberships={"a:1": "P1", "a:2": "P1"},
            events=[
                event("P1", "merged", ["P2"]),
                event("P2", "merged", ["P1"]),
                event("P3", "retired"),
            ],
        ),
    )

    assert births(store) == [("P1", 2, "current"), ("P2", 1, "superseded"), ("P3", 3, "retired")]
    assert store.change_sequence() == 6


def test_memberships_may_be_read_on_while_another_run_is_published(store: Any) -> None:
    many = {f"a:{n:06}": f"P{n // 2}" for n in range(60_000)}
    publish_sample(store, SampleRun(memberships=many, bodies=[]))

    reading = iter(store.memberships())
    found = next(reading).num_rows
    publish_sample(store, SampleRun(run=make_run("run-2"), memberships={"a:1": "P1"}))
    found += sum(batch.num_rows for batch in reading)

    assert found == 60_000

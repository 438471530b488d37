"""Which version of which record is current, whatever was delivered when."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.decision import Decision, Verdict
from models.tables import STANDARDISED_RECORDS
from resolution import current_records
from resolution.current_records import collect_current, current_source_records, fingerprint_of
from resolution.engines.duckdb_engine import open_engine
from resolution.segments import SourceSummary, ingest_source
from resolution.sources.mapping import load_mapping
from tests.small_world import LIMITS, NOON, World, a_record, quietly

MAPPING = """\
source: casework
role: person
{delivery}format: {{type: csv}}
files: ["in/*.csv"]
key: ID
record:
  names: [{{kind: {{value: primary}}, full: {name}}}]
"""


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    world = new_world()
    (world.workspace.root / "in").mkdir(parents=True)
    return world


def write(world: World, name: str, *rows: str) -> Path:
    path = world.workspace.root / "in" / name
    path.write_text("\n".join(["ID,NAME,OTHER", *rows, ""]), "utf-8")
    return path


COLLECT = "repeats: collect\n"


def ingested(world: World, *, delivery: str = "", name: str = "NAME") -> SourceSummary:
    path = world.workspace.root / "casework.yaml"
    path.write_text(MAPPING.format(delivery=delivery, name=name), "utf-8")
    return ingest_source(
        load_mapping(path), workspace=world.workspace, log=world.ledger, clock=lambda: NOON,
        progress=quietly,
    )  # fmt: skip


def current(world: World) -> dict[str, str | None]:
    """Return the name of each current record, by its own id."""
    with open_engine(world.workspace.scratch, limits=LIMITS) as connection:
        count = collect_current(connection, world.workspace, world.ledger.segments())
        rows = connection.execute(
            "select source_record_id, names[1].full, record_no from standardised order by record_id"
        ).fetchall()
    assert count == len(rows)
    assert [number for *_, number in rows] == list(range(1, count + 1))
    return {own: name for own, name, _ in rows}


def names(world: World) -> dict[str, list[str]]:
    """Return every name of each current record, by its own id."""
    with open_engine(world.workspace.scratch, limits=LIMITS) as connection:
        collect_current(connection, world.workspace, world.ledger.segments())
        return dict(
            connection.execute(
                "select source_record_id, list_transform(names, lambda x: x.full) from standardised"
            ).fetchall()
        )


def test_what_was_read_is_current(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,", "2,Boris Petrov,")

    summary = ingested(world)

    assert (summary.files_new, summary.rows, summary.records) == (1, 2, 2)
    assert current(world) == {"1": "ANA LOPEZ", "2": "BORIS PETROV"}


def test_the_newest_version_of_a_record_counts(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,", "2,Boris Petrov,")
    ingested(world)
    write(world, "two.csv", "1,Ana Garcia,", "3,Chidi Okafor,")
    ingested(world)

    assert current(world) == {"1": "ANA GARCIA", "2": "BORIS PETROV", "3": "CHIDI OKAFOR"}


def test_a_collected_record_holds_what_every_delivery_said_of_it(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,", "2,Boris Petrov,")
    ingested(world, delivery=COLLECT)
    write(world, "two.csv", "1,Ana Garcia,", "1,Ana Lopez,")
    ingested(world, delivery=COLLECT)
    write(world, "three.csv", "1,Ana Ruiz,", "3,Chidi Okafor,")

    summary = ingested(world, delivery=COLLECT)

    assert (summary.rows, summary.records) == (2, 2)
    assert names(world) == {
        "1": ["ANA LOPEZ", "ANA GARCIA", "ANA RUIZ"],
        "2": ["BORIS PETROV"],
        "3": ["CHIDI OKAFOR"],
    }


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    st.lists(
        st.tuples(st.sampled_from("123"), st.sampled_from(["Ana", "Bo", "Cy", "Di"])),
        min_size=1, max_size=10,
    ),
    st.sets(st.integers(1, 9)),
)  # fmt: skip
def test_rows_collect_to_the_same_records_in_however_many_deliveries(
    new_world: Callable[[], World], rows: list[tuple[str, str]], cuts: set[int]
) -> None:
    texts = [f"{key},{name}," for key, name in rows]
    found = []
    for ends in ([len(texts)], [*sorted(cut for cut in cuts if cut < len(texts)), len(texts)]):
        world = new_world()
        (world.workspace.root / "in").mkdir(parents=True)
        for number, (start, end) in enumerate(pairwise([0, *ends])):
            write(world, f"{number}.csv", *texts[start:end])
            ingested(world, delivery=COLLECT)
        found.append(names(world))

    assert found[0] == found[1]


def test_a_snapshot_says_everything_and_collects_nothing_from_before(world: World) -> None:
    snapshot = f"{COLLECT}delivery: snapshot\n"
    write(world, "one.csv", "1,Ana Lopez,")
    ingested(world, delivery=snapshot)
    write(world, "two.csv", "1,Ana Garcia,")
    ingested(world, delivery=snapshot)

    assert names(world) == {"1": ["ANA GARCIA"]}


def test_a_record_that_was_retired_collects_nothing_from_before(world: World) -> None:
    snapshot = f"{COLLECT}delivery: snapshot\n"
    write(world, "one.csv", "1,Ana Lopez,")
    ingested(world, delivery=COLLECT)
    for file in (world.workspace.root / "in").iterdir():
        file.unlink()
    write(world, "two.csv", "2,Boris Petrov,")
    ingested(world, delivery=snapshot)
    (world.workspace.root / "in" / "two.csv").unlink()
    write(world, "three.csv", "1,Ana Garcia,")

    ingested(world, delivery=COLLECT)

    assert names(world)["1"] == ["ANA GARCIA"]


def test_files_read_again_under_a_changed_mapping_are_collected_once(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,Lola Montes")
    ingested(world, delivery=COLLECT)
    write(world, "two.csv", "1,Ana Garcia,Lola Moreno")
    ingested(world, delivery=COLLECT)

    ingested(world, delivery=COLLECT, name="OTHER")

    assert names(world) == {"1": ["LOLA MONTES", "LOLA MORENO"]}


def test_a_collected_record_is_served_as_read_too(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,")
    ingested(world, delivery=COLLECT)
    write(world, "two.csv", "1,Ana Garcia,new")
    ingested(world, delivery=COLLECT)

    [*_, newest] = current_source_records(world.workspace, world.ledger.segments())

    [row] = pq.read_table(newest).to_pylist()
    assert [one["full"] for one in row["names"]] == ["Ana Lopez", "Ana Garcia"]
    assert (row["file_name"], row["extra"]) == ("in/two.csv", '{"OTHER":"new"}')


def test_the_same_file_twice_is_read_once_under_any_name(world: World) -> None:
    first = write(world, "one.csv", "1,Ana Lopez,")
    ingested(world)
    first.rename(first.with_name("renamed.csv"))

    again = ingested(world)

    assert (again.files_new, again.files_known) == (0, 1)
    assert len(world.ledger.segments()) == 1


def test_an_old_file_delivered_again_does_not_bring_back_what_was_corrected(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,")
    ingested(world)
    write(world, "two.csv", "1,Ana Garcia,")
    ingested(world)
    write(world, "three.csv", "1,Ana Lopez,")
    ingested(world)

    assert current(world) == {"1": "ANA GARCIA"}


def test_a_snapshot_retires_what_it_does_not_hold(world: World) -> None:
    snapshot = "delivery: snapshot\n"
    write(world, "one.csv", "1,Ana Lopez,", "2,Boris Petrov,")
    ingested(world, delivery=snapshot)
    write(world, "two.csv", "2,Boris Petrov,", "3,Chidi Okafor,")
    ingested(world, delivery=snapshot)

    assert current(world) == {"2": "BORIS PETROV", "3": "CHIDI OKAFOR"}


def test_a_snapshot_of_one_source_leaves_the_others_alone(new_world: Callable[[], World]) -> None:
    world = new_world()
    named = {"names": [{"kind": "primary", "full": "Ana Lopez"}]}
    world.deliver([a_record("casework:1", **named)])
    world.deliver([a_record("watchlist:1", role="watchlist", **named)], delivery="snapshot")
    world.deliver([a_record("watchlist:2", role="watchlist", **named)], delivery="snapshot")

    with open_engine(world.workspace.scratch, limits=LIMITS) as connection:
        collect_current(connection, world.workspace, world.ledger.segments())
        rows = connection.execute("select record_id from standardised order by 1").fetchall()

    assert rows == [("casework:1",), ("watchlist:2",)]


def test_a_delta_after_a_snapshot_adds_to_it(new_world: Callable[[], World]) -> None:
    world = new_world()
    named = {"names": [{"kind": "primary", "full": "Ana Lopez"}]}
    world.deliver([a_record("casework:1", **named)])
    world.deliver([a_record("casework:2", **named)], delivery="snapshot")
    world.deliver([a_record("casework:3", **named)])

    assert set(current(world)) == {"2", "3"}


def test_a_file_read_under_a_changed_mapping_replaces_what_it_gave_before(world: World) -> None:
    write(world, "one.csv", "1,Ana Lopez,Lola Montes", "2,Boris Petrov,")
    ingested(world)

    again = ingested(world, name="OTHER")

    assert again.files_new == 1
    assert current(world) == {"1": "LOLA MONTES", "2": None}


def test_records_that_a_changed_mapping_no_longer_makes_are_gone(
    new_world: Callable[[], World],
) -> None:
    world = new_world()
    named = {"names": [{"kind": "primary", "full": "Ana Lopez"}]}
    rows = [a_record("casework:1", **named), a_record("casework:2", **named)]
    world.deliver(rows, file_id="f")
    world.deliver(rows[:1], file_id="f", mapping_version="m2")

    assert set(current(world)) == {"1"}


def test_records_of_an_older_standardiser_are_standardised_anew_from_what_was_read(
    world: World,
) -> None:
    write(world, "one.csv", "1,Ana Lopez,", "2,Boris Petrov,")
    ingested(world)
    path = world.workspace.standardised_records / "000001.parquet"
    rows = pq.read_table(path).to_pylist()
    old = [row | {"standardiser_version": "0", "names": []} for row in rows]
    pq.write_table(pa.Table.from_pylist(old, schema=STANDARDISED_RECORDS), path)

    assert current(world) == {"1": "ANA LOPEZ", "2": "BORIS PETROV"}
    assert pq.read_table(path).to_pylist() == rows


def test_a_crash_before_the_segment_is_known_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(world, "one.csv", "1,Ana Lopez,")

    def crash(_: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(world.ledger, "register_segment", crash)
        with pytest.raises(OSError, match="disk is full"):
            ingested(world)
    assert current(world) == {}

    assert ingested(world).records == 1
    assert current(world) == {"1": "ANA LOPEZ"}


def test_nothing_delivered_is_no_record(new_world: Callable[[], World]) -> None:
    assert current(new_world()) == {}


def test_segments_as_read_are_given_oldest_first(new_world: Callable[[], World]) -> None:
    world = new_world()
    for own in ("1", "2"):
        world.deliver([a_record(f"casework:{own}")])

    paths = current_source_records(world.workspace, world.ledger.segments())

    assert [path.name for path in paths] == ["000001.parquet", "000002.parquet"]
    assert all(path.exists() for path in paths)


def test_the_fingerprint_moves_with_everything_a_run_depends_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver([a_record("casework:1")])
    one = world.ledger.segments()
    same = Decision("d1", Verdict.SAME, (("casework:1", "casework:2"),), "a", NOON, "seen")
    unsure = Decision("d1", Verdict.UNSURE, (("casework:1", "casework:2"),), "a", NOON, "seen")
    start = fingerprint_of(one, [], "mm-1")
    world.deliver([a_record("casework:1")])

    others = [
        fingerprint_of(world.ledger.segments(), [], "mm-1"),
        fingerprint_of(one, [same], "mm-1"),
        fingerprint_of(one, [unsure], "mm-1"),
        fingerprint_of(one, [], "mm-2"),
    ]
    monkeypatch.setattr(current_records, "STANDARDISER_VERSION", "another")
    others.append(fingerprint_of(one, [], "mm-1"))

    assert len({start, *others}) == 6
    monkeypatch.undo()
    assert fingerprint_of(one, [], "mm-1") == start

"""Sequence neutrality: what people there are depends on the records, not on how they came."""

from collections.abc import Callable
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.match_model.package import MatchModelPackage
from resolution.pipeline import Resolution
from tests.small_world import World, a_world, partition, read

MakeWorld = Callable[[], World]


@pytest.fixture(scope="module")
def rows(population: World, resolved: Resolution) -> list[dict[str, Any]]:
    """Every record that is compared with some others, up to a number that is quick to resolve."""
    compared = {
        row[side] for row in read(resolved, "predictions") for side in ("left_id", "right_id")
    }
    found = [
        row
        for path in sorted(population.workspace.source_records.glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
        if row["record_id"] in compared or row["role"] == "watchlist"
    ]
    return sorted(found, key=lambda row: row["record_id"])[:300]


def _delivered(world: World, rows: list[dict[str, Any]], batches: int) -> World:
    """Deliver rows in their order, in so many batches; each batch is one segment a source."""
    size = -(-len(rows) // batches)
    for start in range(0, len(rows), size):
        by_source: dict[str, list[dict[str, Any]]] = {}
        for row in rows[start : start + size]:
            by_source.setdefault(row["source"], []).append(row)
        for of_source in by_source.values():
            world.deliver(of_source)
    return world


@pytest.fixture(scope="module")
def people(
    rows: list[dict[str, Any]], package: MatchModelPackage,
    tmp_path_factory: pytest.TempPathFactory,
) -> set[frozenset[str]]:  # fmt: skip
    world = _delivered(a_world(tmp_path_factory.mktemp("in_order")), rows, 1)
    return partition(world.resolve(package))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 10_000), batches=st.integers(1, 4))
def test_records_in_any_order_and_any_batches_give_the_same_people(
    seed: int, batches: int, rows: list[dict[str, Any]], people: set[frozenset[str]],
    package: MatchModelPackage, new_world: MakeWorld,
) -> None:  # fmt: skip
    shuffled = rows.copy()
    Random(seed).shuffle(shuffled)

    assert partition(_delivered(new_world(), shuffled, batches).resolve(package)) == people


def test_other_names_for_the_records_give_the_same_people(
    rows: list[dict[str, Any]], people: set[frozenset[str]], package: MatchModelPackage,
    new_world: MakeWorld,
) -> None:  # fmt: skip
    renamed = {}
    for row in rows:
        own = str(Random(row["record_id"]).randrange(10**12))
        renamed[row["record_id"]] = f"{row['source']}:{own}"
    others = [
        row | {"record_id": renamed[row["record_id"]],
               "source_record_id": renamed[row["record_id"]].partition(":")[2]}
        for row in rows
    ]  # fmt: skip

    found = partition(_delivered(new_world(), others, 1).resolve(package))

    assert found == {frozenset(renamed[one] for one in person) for person in people}


def test_people_met_run_by_run_are_those_met_at_once(
    rows: list[dict[str, Any]], people: set[frozenset[str]], package: MatchModelPackage,
    new_world: MakeWorld,
) -> None:  # fmt: skip
    world = new_world()
    for part in (rows[::2], rows[1::2]):
        _delivered(world, part, 1)
        last = world.run(package)

    assert partition(last) == people

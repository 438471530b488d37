"""Ids, lives and golden records of a few people, as the tables of a run would give them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.identity import GoldenValue
from models.tables import MEMBERSHIPS
from resolution.engines.duckdb_engine import open_engine
from resolution.identities.assign import assign_identities
from resolution.identities.live_golden import golden_record
from resolution.identities.live_lives import settle_identities
from resolution.pipeline import Resolution
from tests.small_world import LIMITS, World, numbered_ids, read

RECORDS = [f"a:{number}" for number in range(9)]
# which group a record was in and is in now; None where it was not, or is no more, there
placed = st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=9, max_size=9)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        yield connection


@given(before=placed, now=placed, order=st.permutations(range(5)))
def test_clusters_take_ids_and_live_lives_as_in_a_run(
    engine: duckdb.DuckDBPyConnection,
    before: list[int | None],
    now: list[int | None],
    order: list[int],
) -> None:
    former = _grouped(before, prefix="P")
    births = {f"P{number}": order[number] + 1 for number in range(5) if f"P{number}" in former}
    clusters = list(_grouped(now, prefix="C").values())

    memberships, happenings = settle_identities(
        clusters, former, births, new_identity_id=numbered_ids()
    )

    _put(engine, "former", [(r, one) for one, records in former.items() for r in records],
         MEMBERSHIPS.names)  # fmt: skip
    _put(engine, "births", list(births.items()), ["identity_id", "birth"])
    _put(engine, "clusters_by_id", [(r, min(c)) for c in clusters for r in c],
         ["record_id", "cluster_id"])  # fmt: skip
    assign_identities(engine, new_identity_id=numbered_ids(), run_id="run-1")
    assert memberships == dict(engine.execute("from memberships").fetchall())
    wanted = engine.execute("from identity_events order by identity_id").to_arrow_table()
    assert [_as_event(one) for one in happenings] == [
        {name: row[name] for name in row if name != "cause"} for row in wanted.to_pylist()
    ]
    assert all(
        row["cause"] == f"{one.what} in run-1"
        for row, one in zip(wanted.to_pylist(), happenings, strict=True)
    )


def test_golden_records_are_those_of_the_run(population: World, resolved: Resolution) -> None:
    made = pq.read_table(resolved.artefacts_folder / "standardised_records.parquet").to_pylist()
    rows = {row["record_id"]: row for row in made}
    members: dict[str, list[str]] = {}
    for row in read(resolved, "memberships"):
        members.setdefault(row["identity_id"], []).append(row["record_id"])
    sizes: Counter[int] = Counter()

    for golden in read(resolved, "golden"):
        records = members[golden["identity_id"]]
        sizes[min(len(records), 3)] += 1
        assert golden_record([rows[one] for one in records]) == tuple(
            GoldenValue(**value) for value in golden["values"]
        )

    assert min(sizes[size] for size in (1, 2, 3)) > 20


def _grouped(places: list[int | None], *, prefix: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for record_id, place in zip(RECORDS, places, strict=True):
        if place is not None:
            groups.setdefault(f"{prefix}{place}", []).append(record_id)
    return groups


def _put(
    engine: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Any, ...]], columns: list[str]
) -> None:
    kinds = {"birth": pa.int64()}
    arrays = {
        column: pa.array([row[place] for row in rows], kinds.get(column, pa.string()))
        for place, column in enumerate(columns)
    }
    engine.register("rows_arrow", pa.table(arrays))
    engine.execute(f"create or replace table {name} as from rows_arrow")


def _as_event(one: Any) -> dict[str, Any]:
    return {
        "identity_id": one.identity_id,
        "kind": one.kind.value,
        "related_ids": list(one.related_ids),
        "added_record_ids": list(one.added_record_ids),
        "removed_record_ids": list(one.removed_record_ids),
    }

"""Measuring identities: in batches as one by one, shapes as NetworkX has them."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.batch_quality import measure_identities
from graph.engine import Engine, EngineLimits
from graph.golden_values import pack_warnings
from graph.quality import measure
from models.quality import UsualSizes
from models.tables import (
    IDENTITY_QUALITY,
    MEMBERSHIPS,
    PREDICTIONS,
    STANDARDISED_RECORDS,
    WATCHLIST_HITS,
)
from tests.unit.graph.members import member, random_member

LINK_WEIGHT = 3.0
Rows = dict[str, dict[str, Any]]


def measured(
    folder: Path,
    identities: dict[str, str],
    links: dict[tuple[str, str], float],
    records: Iterable[dict[str, Any]] | None = None,
    hits: Iterable[str] = (),
) -> tuple[UsualSizes, Rows]:
    rows = {
        "memberships": (MEMBERSHIPS, [
            {"record_id": record_id, "identity_id": one} for record_id, one in identities.items()
        ]),
        "links": (PREDICTIONS, [
            {"left_id": left, "right_id": right, "match_weight": weight - 1.0, "blocking_rule": 0,
             "source_weight": 1.0}
            for (left, right), weight in links.items()
        ]),
        "standardised": (STANDARDISED_RECORDS, list(records or map(member, identities))),
        "watchlist_hits": (WATCHLIST_HITS, [
            {"entry_id": "w:1", "record_id": one, "match_weight": 1.0, "blocking_rule": 0}
            for one in hits
        ]),
    }  # fmt: skip
    for name, (schema, given_rows) in rows.items():
        pq.write_table(pa.Table.from_pylist(given_rows, schema=schema), folder / f"{name}.parquet")
    with Engine(folder / "scratch", EngineLimits()) as engine:
        usual, found = measure_identities(
            engine,
            **{name: folder / f"{name}.parquet" for name in rows},
            link_weight=LINK_WEIGHT,
        )
        batches = list(found)
    assert all(batch.schema.equals(IDENTITY_QUALITY) for batch in batches)
    return usual, {row["identity_id"]: row for batch in batches for row in batch.to_pylist()}


def some_identities(
    seed: int, weights: tuple[float, ...]
) -> tuple[dict[str, str], dict[tuple[str, str], float], dict[str, dict[str, Any]]]:
    """Return random identities of random records, most pairs of which were compared."""
    chance = random.Random(seed)
    identities = {f"{chance.choice('abc')}:{n:03}": f"P{chance.randrange(40)}" for n in range(120)}
    ids = sorted(identities)
    links = {
        (left, right): chance.choice(weights)
        for n, left in enumerate(ids)
        for right in ids[n + 1 :]
        if chance.random() < (0.9 if identities[left] == identities[right] else 0.05)
    }
    return identities, links, {one: random_member(one, chance) for one in ids}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "weights", [(-9.0, 1.0, 5.0, 12.0), (14.0, 15.0)], ids=["doubtful", "sure"]
)
def test_a_batch_gives_what_measuring_one_by_one_gives(
    tmp_path: Path, seed: int, weights: tuple[float, ...]
) -> None:
    identities, links, records = some_identities(seed, weights)
    on_watchlist = sorted(records)[:30]

    usual, found = measured(tmp_path, identities, links, records.values(), on_watchlist)

    members = defaultdict(list)
    for record_id, identity_id in identities.items():
        members[identity_id].append(record_id)
    assert found.keys() == {one for one, ids in members.items() if len(ids) > 1}
    for identity_id, row in found.items():
        one = measure(
            identity_id,
            [records[record_id] for record_id in members[identity_id]],
            [(*pair, weight) for pair, weight in links.items()
             if {identities[end] for end in pair} == {identity_id}],
            link_weight=LINK_WEIGHT,
            usual=usual,
            is_on_watchlist=not set(members[identity_id]).isdisjoint(on_watchlist),
        )  # fmt: skip
        expected = {name: getattr(one, name) for name in IDENTITY_QUALITY.names}
        assert row == expected | {"warnings": pack_warnings(one.warnings)}


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_measuring_does_not_depend_on_any_order(seed: int, shuffled: random.Random) -> None:
    chance = random.Random(seed)
    ids = [f"{chance.choice('ab')}:{n}" for n in range(chance.randint(2, 7))]
    records = [random_member(one, chance) for one in ids]
    pairs = [
        (min(left, right), max(left, right), chance.choice((-9.0, 1.0, 5.0, 5.0, 12.0)))
        for n, left in enumerate(ids)
        for right in ids[n + 1 :]
        if chance.random() < 0.8
    ]
    usual = UsualSizes(4, {"a": 2})

    one = measure("P", records, pairs, link_weight=LINK_WEIGHT, usual=usual)
    shuffled.shuffle(records)
    shuffled.shuffle(pairs)

    assert measure("P", records, pairs, link_weight=LINK_WEIGHT, usual=usual) == one


@pytest.mark.parametrize("seed", range(3))
def test_random_identities_measure_as_networkx_says(tmp_path: Path, seed: int) -> None:
    identities, links, _ = some_identities(seed, (0.0, 1.0, 4.0, 5.0))
    graphs: dict[str, nx.Graph[str]] = defaultdict(nx.Graph)
    for record_id, identity_id in identities.items():
        graphs[identity_id].add_node(record_id)
    for (left, right), weight in links.items():
        if weight >= LINK_WEIGHT and identities[left] == identities[right]:
            graphs[identities[left]].add_edge(left, right)

    _, found = measured(tmp_path, identities, links)

    for identity_id, row in found.items():
        graph = graphs[identity_id]
        assert (row["n_records"], row["n_links"]) == (len(graph), graph.number_of_edges())
        assert row["density"] == pytest.approx(nx.density(graph))
        assert row["diameter"] == (nx.diameter(graph) if nx.is_connected(graph) else None)
        assert row["n_bridges"] == len(list(nx.bridges(graph)))
        assert row["n_articulation_points"] == len(set(nx.articulation_points(graph)))


def test_values_of_which_a_person_has_one_are_counted(tmp_path: Path) -> None:
    given_values = {
        "a:1": ("P1", "1980-02-03", "M"), "a:2": ("P1", "1980-03-02", "F"),
        "a:3": ("P1", "1980", None), "b:1": ("P2", "1990-01-01", "M"), "b:2": ("P2", None, "X"),
    }  # fmt: skip
    records = [
        member(record_id, dates=(born,) if born else (), sex=sex)
        for record_id, (_, born, sex) in given_values.items()
    ]

    _, found = measured(
        tmp_path, {one: values[0] for one, values in given_values.items()}, {}, records
    )

    assert (found["P1"]["n_dates_of_birth"], found["P1"]["n_sexes"]) == (2, 2)
    assert (found["P2"]["n_dates_of_birth"], found["P2"]["n_sexes"]) == (1, 1)


def test_what_is_more_surely_wrong_and_does_more_harm_concerns_more(tmp_path: Path) -> None:
    kinds = ("whole", "listed", "weak", "apart", "born")
    identities = {f"{kind}:{n}": kind.upper() for kind in kinds for n in range(3)}
    links = {(f"{kind}:{left}", f"{kind}:{right}"): 14.0
             for kind in kinds for left, right in ((0, 1), (1, 2), (0, 2))}  # fmt: skip
    links["weak:0", "weak:2"] = links["weak:1", "weak:2"] = 4.0
    del links["apart:0", "apart:2"], links["apart:1", "apart:2"]
    links["born:0", "born:2"] = links["born:1", "born:2"] = 4.0
    records = [member(one, dates=("1999-09-09" if one == "born:2" else "1980-02-03",))
               for one in identities]  # fmt: skip

    _, found = measured(tmp_path, identities, links, records, ["listed:1"])

    ranked = sorted(found, key=lambda one: -found[one]["concern"])
    assert ranked == ["APART", "BORN", "WEAK", "LISTED", "WHOLE"]
    assert found["WHOLE"]["warnings"] == found["LISTED"]["warnings"] == "[]"
    assert [one[0] for one in json.loads(found["BORN"]["warnings"])] == [
        "dates_of_birth", "weak_cohesion",
    ]  # fmt: skip
    for row in found.values():
        assert row["concern"] == row["chance"] * row["impact"]

"""How well identities hold together, held to NetworkX on random identities."""

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.engine import Engine, EngineLimits
from graph.quality import measure_identities
from models.tables import IDENTITY_QUALITY, MEMBERSHIPS, PREDICTIONS, STANDARDISED_RECORDS


def measured(
    folder: Path,
    members: dict[str, str],
    links: dict[tuple[str, str], float],
    born: dict[str, str] | None = None,
    sexes: dict[str, str] | None = None,
) -> dict[str, dict[str, Any]]:
    records = [
        {
            "record_id": one, "source": "a", "source_record_id": one, "role": "person",
            "duplicate_free": False, "mapping_version": "m", "file_id": "f", "file_name": "n",
            "line": 1, "standardiser_version": "1",
            "dates_of_birth": [{"date": d, "precision": "day" if len(d) == 10 else "year"}
                               for d in [(born or {}).get(one)] if d],
            "sexes": [{"code": code} for code in [(sexes or {}).get(one)] if code],
        }
        for one in members
    ]  # fmt: skip
    rows = {
        "memberships": (MEMBERSHIPS, [
            {"record_id": record_id, "identity_id": one} for record_id, one in members.items()
        ]),
        "links": (PREDICTIONS, [
            {"left_id": left, "right_id": right, "match_weight": weight, "blocking_rule": 0,
             "source_weight": 0.0}
            for (left, right), weight in links.items()
        ]),
        "standardised": (STANDARDISED_RECORDS, records),
    }  # fmt: skip
    for name, (schema, given) in rows.items():
        pq.write_table(pa.Table.from_pylist(given, schema=schema), folder / f"{name}.parquet")
    with Engine(folder / "scratch", EngineLimits()) as engine:
        batches = list(
            measure_identities(
                engine, **{name: folder / f"{name}.parquet" for name in rows}, link_weight=3.0
            )
        )
    assert all(batch.schema.equals(IDENTITY_QUALITY) for batch in batches)
    return {row["identity_id"]: row for batch in batches for row in batch.to_pylist()}


@pytest.mark.parametrize("seed", range(5))
def test_random_identities_measure_as_networkx_says(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    members = {f"a:{n:03}": f"P{chance.randrange(12)}" for n in range(60)}
    ids = sorted(members)
    links = {
        (left, right): float(chance.randint(0, 6))
        for n, left in enumerate(ids)
        for right in ids[n + 1 :]
        if chance.random() < (0.7 if members[left] == members[right] else 0.1)
    }
    graphs: dict[str, nx.Graph[str]] = defaultdict(nx.Graph)
    for record_id, identity_id in members.items():
        graphs[identity_id].add_node(record_id)
    for (left, right), weight in links.items():
        if weight >= 3.0 and members[left] == members[right]:
            graphs[members[left]].add_edge(left, right)

    found = measured(tmp_path, members, links)

    assert found.keys() == {i for i, graph in graphs.items() if len(graph) > 1}
    for identity_id, row in found.items():
        graph = graphs[identity_id]
        assert (row["n_records"], row["n_links"]) == (len(graph), graph.number_of_edges())
        assert row["density"] == pytest.approx(nx.density(graph))
        assert row["diameter"] == (nx.diameter(graph) if nx.is_connected(graph) else None)
        assert row["n_bridges"] == len(list(nx.bridges(graph)))
        assert row["n_articulation_points"] == len(set(nx.articulation_points(graph)))


def test_values_of_which_a_person_has_one_are_counted(tmp_path: Path) -> None:
    found = measured(
        tmp_path,
        {"a:1": "P1", "a:2": "P1", "a:3": "P1", "b:1": "P2", "b:2": "P2"},
        {("a:1", "a:2"): 9.0, ("a:1", "a:3"): 9.0, ("a:2", "a:3"): 9.0, ("b:1", "b:2"): 9.0},
        born={"a:1": "1980-02-03", "a:2": "1980-03-02", "a:3": "1980", "b:1": "1990-01-01"},
        sexes={"a:1": "M", "a:2": "F", "b:1": "M", "b:2": "X"},
    )

    assert (found["P1"]["n_dates_of_birth"], found["P1"]["n_sexes"]) == (2, 2)
    assert (found["P2"]["n_dates_of_birth"], found["P2"]["n_sexes"]) == (1, 1)


def test_what_is_least_sound_concerns_most(tmp_path: Path) -> None:
    members = {f"{kind}:{n}": kind.upper() for kind in ("whole", "chain", "apart", "born")
               for n in range(3)}  # fmt: skip
    links = {(f"{kind}:{left}", f"{kind}:{right}"): 9.0
             for kind in ("whole", "chain", "apart", "born")
             for left, right in ((0, 1), (1, 2), (0, 2))}  # fmt: skip
    del links["chain:0", "chain:2"], links["apart:0", "apart:2"], links["apart:1", "apart:2"]

    found = measured(
        tmp_path, members, links, born={"born:0": "1980-02-03", "born:1": "1999-09-09"}
    )

    ranked = sorted(found, key=lambda one: -found[one]["concern"])
    assert ranked == ["BORN", "APART", "CHAIN", "WHOLE"]
    assert found["WHOLE"]["concern"] == 0.0

"""Published clusterings: small cases with the outcome their papers tell, and laws of all."""

import json
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.clusterings import compare, read_kept, table_of
from benchmarks.published import PUBLISHED, Component, Groups
from benchmarks.reporting import OURS
from models.tables import PREDICTIONS, TRUTH

Weights = dict[tuple[int, int], float]

# 0-1-2 in a row, never compared at the ends
PATH: Weights = {(0, 1): 9.0, (1, 2): 5.0}
# the same, and the ends say no
DENIED: Weights = PATH | {(0, 2): -20.0}
# two people of three records, and one false link between them that all other pairs deny
BRIDGED: Weights = {
    **{pair: 10.0 for group in ((0, 1, 2), (3, 4, 5)) for pair in combinations(group, 2)},
    **{(left, right): -15.0 for left in range(3) for right in range(3, 6)},
    (2, 3): 2.0,
}
# an equally strong link of each to each
CLIQUE: Weights = dict.fromkeys(combinations(range(5), 2), 8.0)

weights = st.dictionaries(
    st.sampled_from(list(combinations(range(7), 2))), st.integers(-12, 12).map(float), max_size=21
)


def groups_of(name: str, scored: Weights, link_weight: float = 0.0) -> list[list[int]]:
    records = sorted({record for pair in scored for record in pair})
    return listed(PUBLISHED[name](Component(records, scored, link_weight)))


def listed(groups: Groups) -> list[list[int]]:
    return sorted(sorted(group) for group in groups)


@pytest.mark.parametrize(
    ("name", "path", "denied"),
    [
        pytest.param("connected components", [[0, 1, 2]], [[0, 1, 2]], id="components chain"),
        pytest.param("centre", [[0, 1], [2]], [[0, 1], [2]], id="2 knows only a member of 0"),
        pytest.param("merge-centre", [[0, 1], [2]], [[0, 1], [2]], id="nor does it know 0 itself"),
        pytest.param("star", [[0, 1, 2]], [[0, 1, 2]], id="1 is the star of both"),
        pytest.param("average linkage", [[0, 1, 2]], [[0, 1], [2]], id="average minds a denial"),
        pytest.param("complete linkage", [[0, 1, 2]], [[0, 1], [2]], id="complete minds it too"),
        pytest.param("correlation, vote", [[0, 1, 2]], [[0, 1], [2]], id="evidence is summed"),
        pytest.param("correlation, pivot", [[0, 1, 2]], [[0, 1], [2]], id="the best of several"),
    ],
)
def test_a_chain_of_three_comes_out_as_its_paper_says(
    name: str, path: list[list[int]], denied: list[list[int]]
) -> None:
    assert groups_of(name, PATH) == path
    assert groups_of(name, DENIED) == denied


def test_a_record_linked_to_another_clusters_centre_merges_them() -> None:
    scored = {(0, 1): 9.0, (1, 2): 8.0, (2, 3): 7.0, (0, 3): 6.0}

    # 0 is a centre with 1, and 2 one with 3; then 3 is linked to 0, a centre
    assert groups_of("centre", scored) == [[0, 1], [2, 3]]
    assert groups_of("merge-centre", scored) == [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    "name", [name for name in PUBLISHED if name not in ("connected components", "merge-centre")]
)
def test_one_false_link_does_not_join_two_people_whom_all_else_parts(name: str) -> None:
    groups = groups_of(name, BRIDGED)

    assert all(set(group) <= {0, 1, 2} or set(group) <= {3, 4, 5} for group in groups)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_link_of_each_to_each_is_one_person(name: str) -> None:
    assert groups_of(name, CLIQUE) == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("name", PUBLISHED)
@settings(max_examples=25, deadline=None)
@given(scored=weights, link_weight=st.integers(-2, 6).map(float))
def test_every_record_is_in_one_group_within_its_component_in_any_order_of_pairs(
    name: str, scored: Weights, link_weight: float
) -> None:
    found = groups_of(name, scored, link_weight)

    records = sorted({record for pair in scored for record in pair})
    assert sorted(record for group in found for record in group) == records
    components = groups_of("connected components", scored, link_weight)
    if name not in ("average linkage", "complete linkage", "correlation, vote"):
        assert all(any(set(group) <= set(whole) for whole in components) for group in found)
    backwards = dict(reversed(scored.items()))
    assert groups_of(name, backwards, link_weight) == found


def test_what_was_kept_of_a_run_is_clustered_in_every_way(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    records = [f"s:{number}" for number in range(7)]
    pairs = [(records[left], records[right], weight) for (left, right), weight in BRIDGED.items()]
    columns = [[row[at] for row in pairs] for at in range(3)]
    pq.write_table(
        pa.table([*columns, [0] * len(pairs), [0.0] * len(pairs)], PREDICTIONS),
        folder / "predictions.parquet",
    )
    found = ["A"] * 3 + ["B"] * 3 + ["C"]
    ours = {"record_id": records * 2, "cluster_id": found * 2, "link_weight": [0.0] * 7 + [3.0] * 7}
    pq.write_table(pa.table(ours), folder / "clusters.parquet")
    people = ["A", "A", "A", "B", "B", "B", "C"]
    pq.write_table(pa.table([records, people], TRUTH), folder / "truth.parquet")
    (folder / "set.json").write_text(json.dumps({"name": "a set", "link_weight": 0.0}))

    compared = {one.clustering: one for one in compare(read_kept(folder), [0.0, 3.0], tmp_path)}

    assert compared.keys() == {OURS, *PUBLISHED}
    f1 = {name: [row.accuracy.pairs.f1 for row in one.by_weight] for name, one in compared.items()}
    # 6 matches; components link all 15 pairs of the six until the false link falls away
    assert f1["connected components"] == [pytest.approx(12 / 21), 1.0]
    assert f1[OURS] == f1["average linkage"] == [1.0, 1.0]
    assert "| connected components | 1.0000 / 1.0000 at 3 |" in table_of(
        list(compared.values()), at_best=True
    )

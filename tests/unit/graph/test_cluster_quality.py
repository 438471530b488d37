from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.metrics import cluster_quality
from models.prediction import PairwisePrediction


def links(*pairs: str) -> list[PairwisePrediction]:
    return [PairwisePrediction(*sorted(pair.split("-")), 9.0, 0) for pair in pairs]  # type: ignore[arg-type]


def test_a_chain_is_all_bridges() -> None:
    quality = cluster_quality(["a", "b", "c", "d"], links("a-b", "b-c", "c-d"))

    assert quality.bridges == (("a", "b"), ("b", "c"), ("c", "d"))
    assert quality.articulation_points == ("b", "c")
    assert quality.diameter == 3
    assert quality.density == pytest.approx(0.5)


def test_two_triangles_held_by_one_link_show_that_link() -> None:
    quality = cluster_quality(
        list("abcxyz"), links("a-b", "b-c", "a-c", "x-y", "y-z", "x-z", "c-x")
    )

    assert quality.bridges == (("c", "x"),)
    assert quality.articulation_points == ("c", "x")
    assert quality.diameter == 3


def test_a_complete_cluster_has_no_weak_place() -> None:
    pairs = [f"{one}-{other}" for one, other in combinations("abcd", 2)]

    quality = cluster_quality(list("abcd"), links(*pairs))

    assert (quality.density, quality.diameter) == (1.0, 1)
    assert quality.bridges == quality.articulation_points == ()


def test_one_record_alone_holds_together() -> None:
    quality = cluster_quality(["a"], [])

    assert quality.is_connected
    assert (quality.density, quality.diameter) == (1.0, 0)


def test_no_records_are_an_empty_graph() -> None:
    quality = cluster_quality([], [])

    assert (quality.n_records, quality.density, quality.diameter) == (0, 0.0, None)


def test_records_in_two_pieces_are_not_connected_and_have_no_diameter() -> None:
    quality = cluster_quality(list("abc"), links("a-b"))

    assert not quality.is_connected
    assert quality.diameter is None


def test_links_to_other_identities_do_not_count() -> None:
    quality = cluster_quality(["a", "b"], links("a-b", "b-z"))

    assert quality.n_links == 1


def test_a_large_cluster_is_measured_without_its_diameter() -> None:
    ids = [f"r{n:04}" for n in range(800)]
    chain = [PairwisePrediction(a, b, 9.0, 0) for a, b in pairwise(ids)]

    quality = cluster_quality(ids, chain)

    assert quality.diameter is None
    assert len(quality.bridges) == 799


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))).map(
        lambda pairs: [f"{a}-{b}" for a, b in pairs if a != b]
    )
)
def test_removing_a_bridge_disconnects_what_was_connected(pairs: list[str]) -> None:
    quality = cluster_quality(list("abcdef"), links(*pairs))

    for bridge in quality.bridges:
        kept = [link for link in links(*pairs) if (link.left_id, link.right_id) != bridge]
        assert not cluster_quality(list("abcdef"), kept).is_connected

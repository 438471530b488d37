"""What holds of every clustering of one component, whatever its evidence."""

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.prediction import Thresholds
from resolution.cluster.agglomerate import ComparedPair, agglomerate, group_weight

THRESHOLDS = Thresholds(link_weight=0.0, review_weight=-4.0, break_weight=-6.0)

Component = tuple[list[int], list[ComparedPair]]

weights = st.floats(-30, 30, allow_nan=False)


contradictions = st.one_of(st.none(), st.just(0.0), st.floats(-9, 0))


@st.composite
def components(draw: st.DrawFn, most: int = 9) -> Component:
    """Records and the compared pairs among them, each at most once."""
    nodes = sorted(draw(st.sets(st.integers(0, 50), min_size=1, max_size=most)))
    pairs = list(combinations(nodes, 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return nodes, [
        ComparedPair(*pair, draw(weights), (draw(contradictions), draw(contradictions)))
        for pair in chosen
    ]


@st.composite
def with_pairs(draw: st.DrawFn) -> tuple[Component, list[tuple[int, int]]]:
    """A component, and some pairs of its records."""
    component = draw(components())
    pairs = list(combinations(component[0], 2))
    return component, draw(st.lists(st.sampled_from(pairs), max_size=4)) if pairs else []


def clusters(labels: dict[int, int]) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for node, label in labels.items():
        found.setdefault(label, set()).add(node)
    return {frozenset(members) for members in found.values()}


def linked(nodes: list[int], edges: list[ComparedPair], weight: float) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((left, right) for left, right, found, _ in edges if found >= weight)
    return graph


@given(components())
def test_every_record_is_in_one_cluster_named_by_its_smallest(component: Component) -> None:
    nodes, edges = component

    labels = agglomerate(nodes, edges, thresholds=THRESHOLDS)

    assert sorted(labels) == nodes
    for cluster in clusters(labels):
        assert {labels[node] for node in cluster} == {min(cluster)}


@given(components(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_the_arguments_does_not_matter(
    component: Component, random: "st.Random", data: st.DataObject
) -> None:
    nodes, edges = component
    pairs = list(combinations(nodes, 2)) or [(nodes[0], nodes[0])]
    must = [p for p in data.draw(st.lists(st.sampled_from(pairs), max_size=3)) if p[0] != p[1]]
    cannot = [p for p in data.draw(st.lists(st.sampled_from(pairs), max_size=3)) if p[0] != p[1]]
    once = agglomerate(nodes, edges, thresholds=THRESHOLDS, must_link=must, cannot_link=cannot)
    turned = [
        edge._replace(left=edge.right, right=edge.left) if random.random() < 0.5 else edge
        for edge in edges
    ]
    for part in (nodes := nodes.copy(), turned, must, cannot):
        random.shuffle(part)

    again = agglomerate(nodes, turned, thresholds=THRESHOLDS, must_link=must, cannot_link=cannot)

    assert again == once


@given(components(), st.floats(-10, 10))
def test_every_cluster_lies_inside_a_component_of_linking_pairs(
    component: Component, link: float
) -> None:
    nodes, edges = component
    thresholds = Thresholds(link, link - 1, link - 2)

    found = clusters(agglomerate(nodes, edges, thresholds=thresholds))

    held = list(nx.connected_components(linked(nodes, edges, link)))
    for cluster in found:
        assert any(cluster <= one for one in held)


@given(components())
def test_a_cluster_is_held_together_by_pairs_that_link(component: Component) -> None:
    nodes, edges = component

    for cluster in clusters(agglomerate(nodes, edges, thresholds=THRESHOLDS)):
        inside = linked(nodes, edges, THRESHOLDS.link_weight).subgraph(cluster)
        assert nx.is_connected(inside)


@given(components(), st.floats(-10, 10), st.floats(0, 10))
def test_a_higher_link_weight_joins_no_more_than_the_component_at_the_lower(
    component: Component, link: float, higher: float
) -> None:
    nodes, edges = component
    lower_bound = list(nx.connected_components(linked(nodes, edges, link)))

    found = clusters(agglomerate(
        nodes, edges, thresholds=Thresholds(link + higher, link - 1, link - 2)
    ))  # fmt: skip

    for cluster in found:
        assert any(cluster <= one for one in lower_bound)


@given(st.integers(1, 8), st.data())
def test_a_group_whose_every_pair_links_stays_whole(size: int, data: st.DataObject) -> None:
    nodes = list(range(size))
    edges = [(left, right, data.draw(st.floats(0, 30))) for left, right in combinations(nodes, 2)]

    assert set(agglomerate(nodes, edges, thresholds=THRESHOLDS).values()) == {0}


@given(with_pairs())
def test_must_linked_records_are_always_together(
    drawn: tuple[Component, list[tuple[int, int]]],
) -> None:
    (nodes, edges), must = drawn

    labels = agglomerate(nodes, edges, thresholds=THRESHOLDS, must_link=must)

    for left, right in must:
        assert labels[left] == labels[right]


@given(with_pairs())
def test_cannot_linked_records_are_never_together(
    drawn: tuple[Component, list[tuple[int, int]]],
) -> None:
    (nodes, edges), cannot = drawn

    labels = agglomerate(nodes, edges, thresholds=THRESHOLDS, cannot_link=cannot)

    for left, right in cannot:
        assert labels[left] != labels[right]


@given(with_pairs(), st.data())
def test_of_constraints_that_contradict_the_must_link_holds(
    drawn: tuple[Component, list[tuple[int, int]]], data: st.DataObject
) -> None:
    """A person said that they are one; what keeps them apart may be a rule about a source."""
    (nodes, edges), must = drawn
    assume(must)
    cannot = [data.draw(st.sampled_from(must))]

    labels = agglomerate(nodes, edges, thresholds=THRESHOLDS, must_link=must, cannot_link=cannot)

    for left, right in must:
        assert labels[left] == labels[right]


@given(with_pairs(), st.data())
def test_cannot_links_hold_wherever_must_links_do_not_join(
    drawn: tuple[Component, list[tuple[int, int]]], data: st.DataObject
) -> None:
    (nodes, edges), must = drawn
    joined: nx.Graph[int] = nx.Graph(must)
    joined.add_nodes_from(nodes)
    cannot = [
        pair for pair in data.draw(st.lists(st.sampled_from(list(combinations(nodes, 2))))
                                   if len(nodes) > 1 else st.just([]))
        if not nx.has_path(joined, *pair)
    ]  # fmt: skip

    labels = agglomerate(nodes, edges, thresholds=THRESHOLDS, must_link=must, cannot_link=cannot)

    for left, right in cannot:
        assert labels[left] != labels[right]


@given(st.lists(weights, min_size=1))
def test_a_group_weighs_no_more_than_its_best_pair_and_no_less_than_the_mean(
    pairs: list[float],
) -> None:
    mean = sum(pairs) / len(pairs)

    weight = group_weight(sorted(pairs, reverse=True))

    assert mean - 1e-9 <= weight <= max(pairs) + 1e-9


@given(weights)
def test_a_group_of_one_pair_weighs_what_the_pair_weighs(weight: float) -> None:
    assert group_weight([weight]) == pytest.approx(weight, abs=1e-12)


@given(st.lists(weights, min_size=1), weights)
def test_a_weaker_pair_never_strengthens_a_group_of_as_many(
    pairs: list[float], other: float
) -> None:
    weakest = min(pairs)
    weaker = sorted([*pairs, min(weakest, other)], reverse=True)
    equal = sorted([*pairs, weakest], reverse=True)

    assert group_weight(weaker) <= group_weight(equal) + 1e-9


def test_one_false_link_between_two_people_is_outvoted() -> None:
    """Two people of three records each, one good pair between them and eight bad ones."""
    one, other = [1, 2, 3], [4, 5, 6]
    edges = [(left, right, 9.0) for group in (one, other) for left, right in combinations(group, 2)]
    edges += [(left, right, 1.0 if (left, right) == (3, 4) else -11.0)
              for left in one for right in other]  # fmt: skip

    assert clusters(agglomerate([*one, *other], edges, thresholds=THRESHOLDS)) == {
        frozenset(one),
        frozenset(other),
    }


def test_a_chain_never_compared_across_is_one_person() -> None:
    """A pair that was never compared says nothing, for or against."""
    labels = agglomerate([1, 2, 3], [(1, 2, 5.0), (2, 3, 5.0)], thresholds=THRESHOLDS)

    assert set(labels.values()) == {1}


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_of_equal_evidence_the_smallest_records_join_first(random: "st.Random") -> None:
    """2 may join 1 or 3, not both: 1 and 3 are held apart."""
    edges = [(1, 2, 5.0), (2, 3, 5.0)]
    random.shuffle(edges)

    labels = agglomerate([1, 2, 3], edges, thresholds=THRESHOLDS, cannot_link=[(1, 3)])

    assert labels == {1: 1, 2: 1, 3: 3}


def _two_groups(across: float, contradiction: float, size: int) -> list[ComparedPair]:
    """Two groups of `size` records, 0.. and 10.., every pair between them contradicting."""
    one, other = range(size), range(10, 10 + size)
    within = [ComparedPair(*pair, 9.0, (0.0,)) for group in (one, other)
              for pair in combinations(group, 2)]  # fmt: skip
    between = [ComparedPair(left, right, across, (contradiction,)) for left in one
               for right in other]  # fmt: skip
    return within + between


def test_a_value_that_each_side_repeats_tells_people_apart_where_a_slip_does_not() -> None:
    for size, people in ((1, 1), (2, 2), (3, 2)):
        edges = _two_groups(3.0, -5.0, size)
        nodes = sorted({node for edge in edges for node in edge[:2]})

        assert len(clusters(agglomerate(nodes, edges, thresholds=THRESHOLDS))) == people


def test_one_slip_among_records_that_agree_keeps_nobody_apart() -> None:
    """0 and 1 are one person; 0 holds another date than 10 and 11, 1 holds theirs."""
    edges = _two_groups(3.0, 0.0, 2)
    slipped = [edge._replace(contradictions=(-5.0,)) if 0 in edge[:2] else edge for edge in edges]

    assert len(clusters(agglomerate([0, 1, 10, 11], slipped, thresholds=THRESHOLDS))) == 1


@given(st.floats(-5.9, -0.1))
def test_a_pair_between_break_and_link_says_nothing_either_way(between: float) -> None:
    """1 links to 2; whether 1 and 3 join is for the pair of 2 and 3 to say."""
    for weight, joins in ((5.0, True), (-7.0, False)):
        edges = [(1, 2, 9.0), (1, 3, between), (2, 3, weight)]

        labels = agglomerate([1, 2, 3], edges, thresholds=THRESHOLDS)

        assert (labels[3] == 1) is joins

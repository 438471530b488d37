"""Decisions that contradict each other are found, whatever chain of decisions leads there."""

from datetime import UTC, datetime
from itertools import combinations, product

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from models.decision import Decision, Verdict, conflicts

RECORDS = [f"a:{number}" for number in range(6)]


def decided(decision_id: str, verdict: Verdict, *groups: str) -> Decision:
    """Make a decision on groups of records, each a word of digits."""
    members = tuple(tuple(f"a:{one}" for one in group) for group in groups)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Decision(decision_id, verdict, members, "investigator-1", at, "seen")


def ids(found: tuple[Decision, ...]) -> list[str]:
    return [one.decision_id for one in found]


def test_a_decision_contradicts_its_opposite() -> None:
    same, apart = decided("s", Verdict.SAME, "12"), decided("d", Verdict.DIFFERENT, "1", "2")

    assert ids(conflicts(apart, [same])) == ["s"]
    assert ids(conflicts(same, [apart])) == ["d"]


def test_what_two_people_joined_step_by_step_may_not_be_held_apart() -> None:
    chain = [decided("s1", Verdict.SAME, "12"), decided("s2", Verdict.SAME, "2", "34")]
    aside = decided("s3", Verdict.SAME, "05")

    found = conflicts(decided("d", Verdict.DIFFERENT, "1", "4"), [chain[0], aside, chain[1]])

    assert ids(found) == ["s1", "s2"]


def test_a_join_that_would_close_a_chain_between_two_people_is_refused() -> None:
    apart, step = decided("d", Verdict.DIFFERENT, "1", "4"), decided("s", Verdict.SAME, "34")

    assert ids(conflicts(decided("new", Verdict.SAME, "13"), [apart, step])) == ["d", "s"]


def test_records_within_one_group_of_two_people_may_be_joined() -> None:
    apart = decided("d", Verdict.DIFFERENT, "12", "3")

    assert conflicts(decided("s", Verdict.SAME, "12"), [apart]) == ()


def test_to_be_unsure_contradicts_nothing() -> None:
    apart = decided("d", Verdict.DIFFERENT, "1", "2")

    assert conflicts(decided("u", Verdict.UNSURE, "12"), [apart]) == ()
    assert conflicts(apart, [decided("u", Verdict.UNSURE, "12")]) == ()


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    """Draw decisions, none of which contradicts those before, and a last one that may."""
    made: list[Decision] = []
    for number in range(draw(st.integers(1, 8))):
        records = draw(st.lists(st.sampled_from("012345"), min_size=2, max_size=4, unique=True))
        cut = draw(st.integers(1, len(records) - 1))
        verdict = draw(st.sampled_from(Verdict))
        one = decided(f"d{number}", verdict, "".join(records[:cut]), "".join(records[cut:]))
        if number and conflicts(one, made):
            return [*made, one]
        made.append(one)
    return made


@given(decisions())
def test_a_contradiction_is_found_where_components_of_joins_hold_two_people(
    drawn: list[Decision],
) -> None:
    *in_force, last = drawn
    joined = nx.Graph()
    joined.add_nodes_from(RECORDS)
    for one in drawn:
        if one.verdict is Verdict.SAME:
            nx.add_path(joined, one.record_ids)
    contradicted = any(
        nx.has_path(joined, left, right)
        for one in drawn
        if one.verdict is Verdict.DIFFERENT
        for group, other in combinations(one.groups, 2)
        for left, right in product(group, other)
    )

    assert bool(conflicts(last, in_force)) == contradicted

"""What decisions mean for the clustering."""

from datetime import UTC, datetime

import networkx as nx
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from models.decision import Decision, Verdict
from models.tables import CONSTRAINTS
from resolution.cluster.constraints import constraints_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
records = st.lists(
    st.integers(0, 30).map("casework:{}".format), min_size=2, max_size=8, unique=True
)


def constraints(decisions: list[Decision]) -> pa.Table:
    """Return the constraints where every record is there."""
    there = {record_id for decision in decisions for record_id in decision.record_ids}
    return constraints_of(decisions, there=there)


def decided(verdict: Verdict, *groups: tuple[str, ...]) -> Decision:
    return Decision("d1", verdict, groups, "reviewer-1", NOON, "seen")


@given(records, st.data())
def test_the_same_person_is_a_chain_over_all_records_of_all_groups(
    names: list[str], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(names) - 1))

    rows = constraints([decided(Verdict.SAME, tuple(names[:cut]), tuple(names[cut:]))])

    assert set(rows["kind"].to_pylist()) == {"must_link"}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(
        zip(rows["left_id"].to_pylist(), rows["right_id"].to_pylist(), strict=True)
    )
    assert nx.is_tree(graph)
    assert set(graph) == set(names)


@given(records, st.data())
def test_different_people_are_held_apart_across_groups_and_nothing_is_said_within(
    names: list[str], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(names) - 1))
    one, other = names[:cut], names[cut:]

    rows = constraints([decided(Verdict.DIFFERENT, tuple(one), tuple(other))]).to_pylist()

    assert {row["kind"] for row in rows} == {"cannot_link"}
    assert {(row["left_id"], row["right_id"]) for row in rows} == {
        tuple(sorted((left, right))) for left in one for right in other
    }
    assert len(rows) == len(one) * len(other)


def test_unsure_and_no_decision_constrain_nothing() -> None:
    unsure = decided(Verdict.UNSURE, ("casework:1",), ("casework:2",))

    for decisions in ([], [unsure]):
        rows = constraints(decisions)
        assert rows.num_rows == 0
        assert rows.schema == CONSTRAINTS


def test_a_constraint_names_its_decision_and_holds_its_ids_in_order() -> None:
    rows = constraints([decided(Verdict.SAME, ("casework:2", "casework:1"))]).to_pylist()

    assert rows == [{"kind": "must_link", "left_id": "casework:1", "right_id": "casework:2",
                     "decision_id": "d1"}]  # fmt: skip


def test_a_record_that_is_gone_parts_nobody_who_was_chained_through_it() -> None:
    chained = decided(Verdict.SAME, ("casework:1", "casework:2", "casework:3"))
    apart = decided(Verdict.DIFFERENT, ("casework:1", "casework:2"), ("casework:3",))

    rows = constraints_of([chained, apart], there={"casework:1", "casework:3"}).to_pylist()

    found = [(row["kind"], row["left_id"], row["right_id"]) for row in rows]
    assert found == [
        ("must_link", "casework:1", "casework:3"),
        ("cannot_link", "casework:1", "casework:3"),
    ]

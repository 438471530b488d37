"""Turns decisions into the constraints that clustering honours."""

from collections.abc import Collection, Sequence
from itertools import combinations, pairwise, product

import pyarrow as pa

from models.decision import Decision, Verdict
from models.tables import CONSTRAINTS


def constraints_of(decisions: Sequence[Decision], *, there: Collection[str]) -> pa.Table:
    """Return the constraints (CONSTRAINTS) of the decisions in force; UNSURE makes none.

    Only of records that are there: one that is gone parts nobody who was chained through it.
    SAME chains the records of all its groups. DIFFERENT holds every record of a group apart from
    every record of the others, and says nothing of records within one group.
    """
    rows: list[dict[str, str]] = []

    def add(kind: str, one: str, other: str, decision: Decision) -> None:
        left, right = sorted((one, other))
        rows.append(
            {
                "kind": kind,
                "left_id": left,
                "right_id": right,
                "decision_id": decision.decision_id,
            }
        )

    for decision in decisions:
        if decision.verdict is Verdict.SAME:
            records = sorted(record for record in decision.record_ids if record in there)
            for one, other in pairwise(records):
                add("must_link", one, other, decision)
        elif decision.verdict is Verdict.DIFFERENT:
            for group, apart in combinations(decision.groups, 2):
                for one, other in product(group, apart):
                    if one in there and other in there:
                        add("cannot_link", one, other, decision)
    return pa.Table.from_pylist(rows, schema=CONSTRAINTS)

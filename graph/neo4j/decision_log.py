"""Keeps what people decided: facts are added, and none is ever changed."""

import json
from collections.abc import Callable, Sequence

import neo4j

from graph.neo4j.connections import Connected, run
from graph.stored_rows import in_force, logged_decision
from models.decision import Decision, LoggedDecision, Withdrawal
from models.errors import DecisionNotFoundError, InvalidInputError


class Neo4jDecisionLog(Connected):
    """Reads and extends the log of decisions."""

    def decisions(self) -> list[Decision]:
        """Return every decision in force, oldest first."""
        return in_force(self.decision_history())

    def decision_history(self) -> list[LoggedDecision]:
        """Return every decision ever made, with its withdrawal if there is one, oldest first."""
        return [logged_decision(*row) for row in self._connections.read("decisions")]

    def add_decision(
        self, decision: Decision, *, check: Callable[[Sequence[Decision]], None]
    ) -> None:
        """Append a decision, durably; `check` sees the decisions in force and may refuse it.

        Raises:
            InvalidInputError: if there is a decision of that id.
        """

        def add(tx: neo4j.ManagedTransaction) -> None:
            run(tx, "begin_lock")
            logged = [logged_decision(*row) for row in run(tx, "decisions")]
            check(in_force(logged))
            if any(one.decision.decision_id == decision.decision_id for one in logged):
                raise InvalidInputError(f"there is a decision {decision.decision_id!r} already")
            run(
                tx,
                "add_decision",
                {
                    "sequence": len(logged) + 1,
                    "decision_id": decision.decision_id,
                    "verdict": decision.verdict.value,
                    "groups": json.dumps(decision.groups),
                    "author": decision.author,
                    "at": decision.at.isoformat(),
                    "reason": decision.reason,
                    "note": decision.note,
                },
            )

        self._connections.write(add)

    def withdraw_decision(self, withdrawal: Withdrawal) -> None:
        """Append that a decision is no longer in force, durably.

        Raises:
            DecisionNotFoundError: if there is no such decision.
            InvalidInputError: if it was withdrawn before.
        """
        decision_id = withdrawal.decision_id

        def withdraw(tx: neo4j.ManagedTransaction) -> None:
            run(tx, "begin_lock")
            logged = [logged_decision(*row) for row in run(tx, "decisions")]
            found = [one for one in logged if one.decision.decision_id == decision_id]
            if not found:
                raise DecisionNotFoundError(decision_id)
            if found[0].withdrawal is not None:
                raise InvalidInputError(f"decision {decision_id!r} was withdrawn before")
            run(
                tx,
                "withdraw_decision",
                {
                    "decision_id": decision_id,
                    "author": withdrawal.author,
                    "at": withdrawal.at.isoformat(),
                    "reason": withdrawal.reason,
                },
            )

        self._connections.write(withdraw)

"""Keeps what people decided: facts are added, and none is ever changed."""

import json
import sqlite3
from collections.abc import Callable, Sequence

from graph.embedded_store.connections import Connected
from graph.stored_rows import in_force, logged_decision
from models.decision import Decision, LoggedDecision, Withdrawal
from models.errors import DecisionNotFoundError, InvalidInputError


class EmbeddedDecisionLog(Connected):
    """Reads and extends the log of decisions."""

    def decisions(self) -> list[Decision]:
        """Return every decision in force, oldest first."""
        return in_force(self.decision_history())

    def decision_history(self) -> list[LoggedDecision]:
        """Return every decision ever made, with its withdrawal if there is one, oldest first."""
        with self._pool.reading() as connection:
            return logged_decisions(connection)

    def add_decision(
        self, decision: Decision, *, check: Callable[[Sequence[Decision]], None]
    ) -> None:
        """Append a decision, durably; `check` sees the decisions in force and may refuse it.

        Raises:
            InvalidInputError: if there is a decision of that id.
        """
        with self._pool.writing() as connection:
            check(in_force(logged_decisions(connection)))
            if _holds(connection, "decision", decision.decision_id):
                raise InvalidInputError(f"there is a decision {decision.decision_id!r} already")
            connection.execute(
                "INSERT INTO decision (decision_id, verdict, groups, author, at, reason, note)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    decision.decision_id,
                    decision.verdict.value,
                    json.dumps(decision.groups),
                    decision.author,
                    decision.at.isoformat(),
                    decision.reason,
                    decision.note,
                ),
            )

    def withdraw_decision(self, withdrawal: Withdrawal) -> None:
        """Append that a decision is no longer in force, durably.

        Raises:
            DecisionNotFoundError: if there is no such decision.
            InvalidInputError: if it was withdrawn before.
        """
        with self._pool.writing() as connection:
            if not _holds(connection, "decision", withdrawal.decision_id):
                raise DecisionNotFoundError(withdrawal.decision_id)
            if _holds(connection, "decision_withdrawal", withdrawal.decision_id):
                raise InvalidInputError(f"decision {withdrawal.decision_id!r} was withdrawn before")
            connection.execute(
                "INSERT INTO decision_withdrawal VALUES (?, ?, ?, ?)",
                (
                    withdrawal.decision_id,
                    withdrawal.author,
                    withdrawal.at.isoformat(),
                    withdrawal.reason,
                ),
            )


def logged_decisions(connection: sqlite3.Connection) -> list[LoggedDecision]:
    """Return every decision ever made, oldest first."""
    rows = connection.execute(
        "SELECT decision.decision_id, verdict, groups, decision.author, decision.at,"
        " decision.reason, note, ended.author, ended.at, ended.reason"
        " FROM decision LEFT JOIN decision_withdrawal AS ended USING (decision_id)"
        " ORDER BY sequence"
    )
    return [logged_decision(*row) for row in rows]


def _holds(connection: sqlite3.Connection, table: str, decision_id: str) -> bool:
    query = f"SELECT 1 FROM {table} WHERE decision_id = ?"
    return connection.execute(query, (decision_id,)).fetchone() is not None

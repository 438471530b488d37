"""What people decided of the records around a write, worked out for the few that are asked for."""

from collections.abc import Collection, Iterable, Sequence

from models.decision import Decision
from models.record import Role
from resolution.cluster.constraints import constraints_of
from resolution.live_writing.state import State, role_of


class DecidedConstraints:
    """The constraints of all decisions in force, each read when one of its records is asked for."""

    def __init__(self, state: State, decisions: Sequence[Decision]) -> None:
        """Take the decisions in force."""
        self._state = state
        self._by_record: dict[str, list[Decision]] = {}
        for decision in decisions:
            for record_id in decision.record_ids:
                self._by_record.setdefault(record_id, []).append(decision)
        self._read: set[str] = set()
        self._same: dict[str, set[str]] = {}
        self._other: dict[str, set[str]] = {}

    def same_as(self, record_id: str) -> Collection[str]:
        """Return the records that a decision chains to this one."""
        self._read_of(record_id)
        return self._same.get(record_id, ())

    def other_than(self, record_id: str) -> Collection[str]:
        """Return the records that a decision holds apart from this one."""
        self._read_of(record_id)
        return self._other.get(record_id, ())

    def concerning(self, record_ids: Iterable[str]) -> list[str]:
        """Return those of these records, and of what was decided of them, that are there already.

        Who arrives or goes can change how a decision chains others.
        """
        asked = set(record_ids)
        decided = (one for record_id in asked for one in self._by_record.get(record_id, ()))
        asked.update([record_id for decision in decided for record_id in decision.record_ids])
        return sorted(one for one in self._people(asked) if not self._state.is_arriving(one))

    def _read_of(self, record_id: str) -> None:
        unread = [
            one for one in self._by_record.get(record_id, ()) if one.decision_id not in self._read
        ]
        if not unread:
            return
        self._read.update(one.decision_id for one in unread)
        there = self._people({record_id for one in unread for record_id in one.record_ids})
        for row in constraints_of(unread, there=there).to_pylist():
            places = self._same if row["kind"] == "must_link" else self._other
            places.setdefault(row["left_id"], set()).add(row["right_id"])
            places.setdefault(row["right_id"], set()).add(row["left_id"])

    def _people(self, record_ids: Iterable[str]) -> set[str]:
        rows = self._state.rows(record_ids)
        return {str(row["record_id"]) for row in rows if role_of(row) is Role.PERSON}

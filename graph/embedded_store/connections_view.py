"""Answers what connects records without making them one person, in one state of the store."""

import json
import sqlite3
from collections.abc import Sequence

from graph.embedded_store.lives import is_storable
from graph.golden_values import identity_quality, packed_mark
from models.connection import Attribute, AttributeUsers, Relation
from models.quality import IdentityQuality, WarningKind


class ConnectionsView:
    """Reads attribute uses and relations in one read transaction, as of one run."""

    def __init__(self, connection: sqlite3.Connection, run_no: int) -> None:
        self._connection = connection
        self._run_no = run_no

    def uses_of(self, record_nos: Sequence[int]) -> list[tuple[str, Attribute]]:
        """Return which of these records gives which attribute, in order."""
        rows = self._connection.execute(
            "SELECT record_id, attribute_id FROM json_each(?) AS wanted"
            " CROSS JOIN attribute_use AS one ON run_no = ? AND one.record_no = wanted.value"
            " JOIN attribute USING (attribute_no)"
            " JOIN record ON record.record_no = one.record_no ORDER BY record_id, attribute_id",
            (json.dumps(record_nos), self._run_no),
        )
        return [(record_id, Attribute.from_id(text)) for record_id, text in rows]

    def users_of(
        self, attributes: Sequence[Attribute], *, limit: int, after: str = ""
    ) -> dict[Attribute, AttributeUsers]:
        """Return the records that give each attribute; one that none gives is left out."""
        found = {one: self._users(one, limit, after) for one in sorted(set(attributes))}
        return {one: users for one, users in found.items() if users.n_records}

    def _users(self, attribute: Attribute, limit: int, after: str) -> AttributeUsers:
        if not is_storable(attribute.value) or not is_storable(after):
            return AttributeUsers(0, ())
        of_it = (
            " FROM attribute CROSS JOIN attribute_use AS one INDEXED BY attribute_use_by_attribute"
            " ON run_no = ? AND one.attribute_no = attribute.attribute_no"
        )
        given = (self._run_no, attribute.attribute_id)
        (n_records,) = self._connection.execute(
            f"SELECT count(*){of_it} WHERE attribute_id = ?", given
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT record_id{of_it} JOIN record ON record.record_no = one.record_no"
            " WHERE attribute_id = ? AND record_id > ? ORDER BY record_id LIMIT ?",
            (*given, after, max(limit, 0)),
        )
        return AttributeUsers(n_records, tuple(row[0] for row in rows))

    def relations_of(self, record_nos: Sequence[int]) -> list[Relation]:
        """Return what sources say of these records and others, from either end, in order."""
        rows = self._connection.execute(
            "WITH wanted AS MATERIALIZED (SELECT value AS record_no FROM json_each(:wanted)),"
            " said AS (SELECT one.record_no, other_no, kind FROM wanted"
            "   CROSS JOIN relation AS one ON run_no = :run_no AND one.record_no = wanted.record_no"
            "  UNION SELECT one.record_no, other_no, kind FROM wanted"
            "   CROSS JOIN relation AS one INDEXED BY relation_by_other"
            "   ON run_no = :run_no AND other_no = wanted.record_no)"
            " SELECT record.record_id, other.record_id, kind FROM said"
            " JOIN record ON record.record_no = said.record_no"
            " JOIN record AS other ON other.record_no = other_no"
            " ORDER BY record.record_id, other.record_id, kind",
            {"wanted": json.dumps(record_nos), "run_no": self._run_no},
        )
        return [Relation(*row) for row in rows]

    def quality_of(self, identity_ids: Sequence[str]) -> dict[str, IdentityQuality]:
        """Return how well identities hold together; one of a single record is left out."""
        asked = sorted({one for one in identity_ids if is_storable(one)})
        rows = self._connection.execute(
            "SELECT identity_id, quality FROM json_each(?) AS wanted"
            " CROSS JOIN identity ON identity_id = wanted.value"
            " CROSS JOIN identity_quality AS one"
            " ON run_no = ? AND one.identity_no = identity.identity_no ORDER BY identity_id",
            (json.dumps(asked), self._run_no),
        )
        return {row[0]: identity_quality(*row) for row in rows}

    def least_sound(
        self, *, limit: int, offset: int = 0, kind: WarningKind | None = None
    ) -> list[IdentityQuality]:
        """Return the identities to review first, of one kind of warning where it is given."""
        rows = self._connection.execute(
            "SELECT identity_id, quality FROM identity_quality JOIN identity USING (identity_no)"
            # an empty mark stands in every text
            " WHERE run_no = ? AND instr(quality, ?) > 0"
            " ORDER BY concern DESC, identity_id LIMIT ? OFFSET ?",
            (self._run_no, packed_mark(kind) if kind else "", max(limit, 0), max(offset, 0)),
        )
        return [identity_quality(*row) for row in rows]

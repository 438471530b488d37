"""Tells what identities were before a run."""

from collections.abc import Iterator

import pyarrow as pa

from graph.embedded_store.connections import Connected
from graph.stored_rows import births
from models.identity import IdentityEventKind, IdentityStatus
from models.tables import MEMBERSHIPS

_ROWS_AT_ONCE = 50_000


class EmbeddedIdentityHistory(Connected):
    """Reads the lives of identities as whole tables."""

    def memberships(self) -> Iterator[pa.RecordBatch]:
        """Return the published run's memberships, in one consistent state until exhausted."""
        with self._pool.reading() as connection:
            cursor = connection.execute(
                "SELECT record_id, identity_id FROM membership"
                " JOIN record USING (record_no) JOIN identity USING (identity_no)"
                " WHERE run_no = (SELECT run_no FROM run WHERE status = 'published')"
                " ORDER BY membership.record_no"
            )
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, schema=MEMBERSHIPS)

    def identity_births(self) -> pa.Table:
        """Return every id ever issued: identity_id, birth (sequence of its creation), status."""
        with self._pool.reading() as connection:
            rows = connection.execute(
                # A lone max() makes SQLite take `kind` from the row that has it: the last event.
                "WITH life AS (SELECT identity_no, kind, max(sequence) FROM identity_event"
                "   GROUP BY identity_no),"
                " birth AS (SELECT identity_no, min(sequence) AS sequence FROM identity_event"
                "   GROUP BY identity_no),"
                " current AS (SELECT DISTINCT identity_no FROM membership"
                "   WHERE run_no = (SELECT run_no FROM run WHERE status = 'published'))"
                " SELECT identity_id, birth.sequence, CASE"
                "   WHEN identity_no IN (SELECT identity_no FROM current) THEN ?"
                "   WHEN kind = ? THEN ? ELSE ? END"
                " FROM life JOIN birth USING (identity_no) JOIN identity USING (identity_no)"
                " ORDER BY birth.sequence",
                (
                    IdentityStatus.CURRENT,
                    IdentityEventKind.RETIRED,
                    IdentityStatus.RETIRED,
                    IdentityStatus.SUPERSEDED,
                ),
            ).fetchall()
        return births(rows)

    def change_sequence(self) -> int:
        """Return the sequence of the newest event; 0 when there is none."""
        with self._pool.reading() as connection:
            row = connection.execute("SELECT coalesce(max(sequence), 0) FROM identity_event")
            return int(row.fetchone()[0])

"""Tells what identities were before a run."""

from collections.abc import Iterator

import pyarrow as pa

from graph.neo4j.connections import Connected
from graph.neo4j.reader import require_kept
from graph.neo4j.served import read_served
from graph.stored_rows import births
from models.identity import IdentityEventKind, IdentityStatus
from models.tables import MEMBERSHIPS


class Neo4jIdentityHistory(Connected):
    """Reads the lives of identities as whole tables."""

    def memberships(self) -> Iterator[pa.RecordBatch]:
        """Return the published run's memberships, in one consistent state until exhausted."""
        now = read_served(self._connections)
        for rows in self._connections.stream("memberships", now.parameters):
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=MEMBERSHIPS)
        if now.run:
            require_kept(self._connections, now.run_no)

    def identity_births(self) -> pa.Table:
        """Return every id ever issued: identity_id, birth (sequence of its creation), status."""
        rows = self._connections.read(
            "identity_births",
            {
                **read_served(self._connections).parameters,
                "retired_event": IdentityEventKind.RETIRED,
                "current": IdentityStatus.CURRENT,
                "retired": IdentityStatus.RETIRED,
                "superseded": IdentityStatus.SUPERSEDED,
            },
        )
        return births(rows)

    def change_sequence(self) -> int:
        """Return the sequence of the newest event; 0 when there is none."""
        return read_served(self._connections).last_event

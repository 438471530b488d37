"""Tells what identities were before a run, and what people decided."""

import json
from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from graph.neo4j.connections import Connected
from graph.neo4j.reader import require_kept
from graph.store import IDENTITY_BIRTHS
from models.decision import Decision, Verdict
from models.identity import IdentityEventKind, IdentityStatus
from models.tables import MEMBERSHIPS


class Neo4jIdentityHistory(Connected):
    """Reads the lives of identities as whole tables."""

    def memberships(self) -> Iterator[pa.RecordBatch]:
        """Return the published run's memberships, in one consistent state until exhausted."""
        run_no, _, _ = self._connections.read("view")[0]
        for rows in self._connections.stream("memberships", {"run": run_no}):
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=MEMBERSHIPS)
        if run_no:
            require_kept(self._connections, run_no)

    def identity_births(self) -> pa.Table:
        """Return every id ever issued: identity_id, birth (sequence of its creation), status."""
        run_no, last_event, _ = self._connections.read("view")[0]
        rows = self._connections.read(
            "identity_births",
            {
                "run": run_no,
                "last_event": last_event,
                "retired_event": IdentityEventKind.RETIRED,
                "current": IdentityStatus.CURRENT,
                "retired": IdentityStatus.RETIRED,
                "superseded": IdentityStatus.SUPERSEDED,
            },
        )
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(columns, IDENTITY_BIRTHS, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=IDENTITY_BIRTHS)

    def change_sequence(self) -> int:
        """Return the sequence of the newest event; 0 when there is none."""
        return int(self._connections.read("view")[0][1])


class Neo4jDecisionLog(Connected):
    """Reads the log of decisions."""

    def decisions(self) -> list[Decision]:
        """Return every decision in force, oldest first."""
        return [
            Decision(
                decision_id=decision_id,
                verdict=Verdict(verdict),
                groups=tuple(tuple(group) for group in json.loads(groups)),
                author=author,
                at=datetime.fromisoformat(at),
                reason=reason,
            )
            for decision_id, verdict, groups, author, at, reason in self._connections.read(
                "decisions"
            )
        ]

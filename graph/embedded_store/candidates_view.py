"""Finds who shares blocking keys with a question, and reads what is compared of them."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from graph.candidates import gather_candidates
from graph.record_layout import standardised_row
from graph.store import Candidates

# The bodies served of the records `:wanted`, a JSON list of numbers, as of run `:run_no`: what was
# written live since, else the newest version that is not staged; nothing where the record is gone.
SERVED_BODIES = (
    "(SELECT version.record_no, role, body_no FROM json_each(:wanted) AS wanted"
    "  CROSS JOIN record_version AS version ON version.record_no = wanted.value"
    "  WHERE version.since = (SELECT max(since) FROM record_version AS newer"
    "   WHERE newer.record_no = version.record_no AND newer.since <= :run_no)"
    "  AND NOT EXISTS (SELECT 1 FROM live_version AS live"
    "   WHERE live.run_no = :run_no AND live.record_no = version.record_no)"
    " UNION ALL SELECT live.record_no, role, body_no FROM json_each(:wanted) AS wanted"
    "  CROSS JOIN live_version AS live ON run_no = :run_no AND live.record_no = wanted.value)"
)


class CandidatesView:
    """One read transaction, and the number of the run that was served when it began."""

    def __init__(self, connection: sqlite3.Connection, run_no: int) -> None:
        self._connection = connection
        self._run_no = run_no

    def candidates(self, keys: Sequence[int], *, limit: int) -> Candidates:
        """Return the person and watchlist records that hold any of these blocking keys."""
        holders = (self._holders(key, limit) for key in sorted(set(keys)))
        return gather_candidates(holders, limit=limit)

    def _holders(self, key: int, limit: int) -> list[str] | None:
        """Return the sorted records that hold a key; None when they are more than the limit."""
        rows = self._connection.execute(
            "SELECT record_id FROM (SELECT record_no FROM blocking_key AS held"
            "  WHERE key = :key AND since <= :run_no AND (until IS NULL OR until > :run_no)"
            "  AND NOT EXISTS (SELECT 1 FROM live_version AS live"
            "   WHERE live.run_no = :run_no AND live.record_no = held.record_no)"
            "  UNION ALL SELECT record_no FROM live_key WHERE run_no = :run_no AND key = :key"
            "  LIMIT :limit + 1) JOIN record USING (record_no) ORDER BY record_id",
            {"key": key, "run_no": self._run_no, "limit": limit},
        ).fetchall()
        return None if len(rows) > limit else [row[0] for row in rows]

    def standardised(self, record_nos: Sequence[int]) -> list[dict[str, Any]]:
        """Return what is compared of these records, in order of id."""
        rows = self._connection.execute(
            "SELECT record_id, role, standardised, standardised_layout"
            f" FROM {SERVED_BODIES} JOIN record_body USING (body_no)"
            " JOIN record_layout USING (layout_no) JOIN record USING (record_no)"
            " ORDER BY record_id",
            {"wanted": json.dumps(record_nos), "run_no": self._run_no},
        )
        return [standardised_row(*row) for row in rows]

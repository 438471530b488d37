"""Keeps which files were read and which segments hold the current records."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import neo4j

from graph.neo4j.connections import Connected, Runner, run
from graph.neo4j.served import read_served
from graph.record_layout import SOURCE_LAYOUT
from models.errors import BackendUnavailableError, InvalidInputError
from models.live_change import RecordChange
from models.provenance import IngestedFile, Segment


class Neo4jIngestLog(Connected):
    """Reads and extends the log of what was ingested."""

    def files(self) -> list[IngestedFile]:
        """Return every file ever read, in the order they were."""
        return [file for segment in self.segments() for file in segment.files]

    def segments(self) -> list[Segment]:
        """Return every registered segment in order of sequence."""
        rows = self._connections.read("segments")
        return [
            Segment(
                sequence,
                source,
                delivery,
                datetime.fromisoformat(at),
                tuple(IngestedFile(*file) for file in files),
                live_until,
            )
            for sequence, source, delivery, at, live_until, files in rows
        ]

    def live_changes(self, *, after: int) -> tuple[int, list[RecordChange]]:
        """Return what was written outside runs after a live change: of each record the newest."""
        newest = read_served(self._connections).live_sequence
        with self._connections.session(is_reading=True) as session:
            return newest, live_changes(session, after=after, until=newest)

    def register_segment(self, segment: Segment) -> None:
        """Make a written segment count, durably; its sequence must be the next.

        Raises:
            BackendUnavailableError: if its sequence is not the next: another ingest came between.
            InvalidInputError: if one of its files was read before by the same mapping.
        """
        files = [asdict(file) for file in segment.files]
        added: dict[str, Any] = {
            "sequence": segment.sequence,
            "source": segment.source,
            "delivery": segment.delivery,
            "at": segment.at.isoformat(),
            "live_until": segment.live_until,
            "files": [{"position": n, "values": file} for n, file in enumerate(files)],
        }

        def register(tx: neo4j.ManagedTransaction) -> None:
            [(last,)] = run(tx, "last_segment")
            if segment.sequence != last + 1:
                raise BackendUnavailableError(
                    f"segment {segment.sequence} does not follow {last}: another was registered"
                )
            for (name,) in run(tx, "read_before", {"files": files}):
                raise InvalidInputError(f"file {name!r} was read before")
            run(tx, "add_segment", added)

        self._connections.write(register)


def live_changes(runner: Runner, *, after: int, until: int) -> list[RecordChange]:
    """Return what was written live after one live change and up to another: of each the newest."""
    rows = run(runner, "live_changes", {"after": after, "until": until})
    return [
        RecordChange(record_id, None if body is None else SOURCE_LAYOUT.unpack(body, layout))
        for record_id, body, layout in rows
    ]

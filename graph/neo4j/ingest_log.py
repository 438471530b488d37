"""Keeps which files were read and which segments hold the current records."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import neo4j

from graph.neo4j.connections import Connected, run
from models.errors import BackendUnavailableError, InvalidInputError
from models.provenance import IngestedFile, Segment


class Neo4jIngestLog(Connected):
    """Reads and extends the log of what was ingested."""

    def files(self) -> list[IngestedFile]:
        """Return every file ever read, in the order they were."""
        return [file for segment in self.segments() for file in segment.files]

    def segments(self) -> list[Segment]:
        """Return every registered segment in order of sequence."""
        return [
            Segment(
                sequence,
                source,
                delivery,
                datetime.fromisoformat(at),
                tuple(IngestedFile(*file) for file in files),
            )
            for sequence, source, delivery, at, files in self._connections.read("segments")
        ]

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

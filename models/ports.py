"""What a run needs of a store, as protocols: declared here, where both sides may import them.

`resolution` calls them and stores under `graph` satisfy them; neither imports the other.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import pyarrow as pa

from models.decision import Decision
from models.identity import Run
from models.provenance import IngestedFile, Segment


class IngestLog(Protocol):
    """Knows which files were read and which segments hold the current records."""

    def files(self) -> list[IngestedFile]:
        """Return every file ever read."""
        ...

    def segments(self) -> list[Segment]:
        """Return every registered segment in order of sequence."""
        ...

    def register_segment(self, segment: Segment) -> None:
        """Make a written segment count, durably; its sequence must be the next."""
        ...


class IdentityHistory(Protocol):
    """What identities were before this run."""

    def memberships(self) -> Iterator[pa.RecordBatch]:
        """Return the published run's memberships (schema MEMBERSHIPS); none before the first."""
        ...

    def identity_births(self) -> pa.Table:
        """Return every id ever issued: identity_id, birth (sequence of its creation), status."""
        ...

    def published_run(self) -> Run | None:
        """Return the run that is served; None before the first publish."""
        ...

    def change_sequence(self) -> int:
        """Return the sequence of the newest event; 0 when there is none."""
        ...


class DecisionLog(Protocol):
    """The append-only log of decisions."""

    def decisions(self) -> list[Decision]:
        """Return every decision in force, oldest first."""
        ...


Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as long work goes on; total is 0 when unknown."""

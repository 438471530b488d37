"""What a run needs of a store, as protocols: declared here, where both sides may import them.

`resolution` calls them and stores under `graph` satisfy them; neither imports the other.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from models.decision import Decision, LoggedDecision, Withdrawal
from models.identity import Run
from models.live_change import RecordChange
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

    def live_changes(self, *, after: int) -> tuple[int, list[RecordChange]]:
        """Return what was written outside runs after a live change: of each record the newest.

        Returns:
            The sequence of the newest live change of all, 0 if there is none, and the changes in
            order of record id.
        """
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

    def decision_history(self) -> list[LoggedDecision]:
        """Return every decision ever made, with its withdrawal if there is one, oldest first."""
        ...

    def add_decision(
        self, decision: Decision, *, check: Callable[[Sequence[Decision]], None]
    ) -> None:
        """Append a decision, durably, before returning.

        Args:
            decision: with an id that no other has.
            check: called with the decisions in force while nobody else can add one; what it raises
                keeps the decision out.

        Raises:
            InvalidInputError: if there is a decision of that id.
            BackendUnavailableError: if it cannot be written.
        """
        ...

    def withdraw_decision(self, withdrawal: Withdrawal) -> None:
        """Append that a decision is no longer in force, durably.

        Raises:
            DecisionNotFoundError: if there is no such decision.
            InvalidInputError: if it was withdrawn before.
            BackendUnavailableError: if it cannot be written.
        """
        ...


Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as long work goes on; total is 0 when unknown."""

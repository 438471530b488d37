"""Tells whether this deployment can answer about people."""

from typing import Protocol

from api.use_cases.ports import published_run
from graph.store import GraphReader


class WritableCheck(Protocol):
    """Tells whether audit events can be written now."""

    def check_writable(self) -> None:
        """Return when an event could be written.

        Raises:
            BackendUnavailableError: if none could.
        """
        ...


def check_ready(*, graph: GraphReader, audit: WritableCheck) -> None:
    """Return when a run is published and the audit can be written.

    It tells nothing about anybody and is asked every few seconds by machines, so it is the
    one use case that takes no principal and leaves no audit event.

    Raises:
        RunNotFoundError: if nothing has been published yet.
        BackendUnavailableError: if the store or the audit cannot be reached.
    """
    with graph.view() as view:
        published_run(view)
    audit.check_writable()

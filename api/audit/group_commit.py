"""Lets those who wait for the disk at the same time wait for it once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.errors import BackendUnavailableError


@dataclass(slots=True)
class _Waiting:
    """Lines of one caller who waits for them to be on disk."""

    lines: Sequence[str]
    is_written: bool = False
    error: BackendUnavailableError | None = None


class GroupCommit:
    """Whoever comes first writes for all that wait: one transaction, one wait for the disk."""

    def __init__(self, append: Callable[[list[str]], None]) -> None:
        """Note what writes lines in one transaction, all or none, durably."""
        self._append = append
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._waiting: list[_Waiting] = []

    def write(self, lines: Sequence[str]) -> None:
        """Write these lines in their order, with those of others, before returning.

        Raises:
            BackendUnavailableError: if they could not be written; then nobody's of this turn were.
        """
        own = _Waiting(lines)
        with self._lock:
            self._waiting.append(own)
        with self._turn:
            if not own.is_written:
                self._write_waiting()
        if own.error is not None:
            raise own.error

    def _write_waiting(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        # until it is known to be written it is not, whatever happens
        error: BackendUnavailableError | None = BackendUnavailableError("the audit was interrupted")
        try:
            self._append([line for one in group for line in one.lines])
            error = None
        except BackendUnavailableError as hindered:
            error = hindered
        finally:
            for one in group:
                one.is_written, one.error = True, error

"""A listening socket that several processes share fairly."""

import socket
from multiprocessing import reduction
from typing import Any


class FairSocket(socket.socket):
    """Gives one connection at a turn of the event loop.

    An event loop takes all connections that wait at once. Where callers keep theirs open, the
    process that woke first would have all of them, and the others none.
    """

    _has_given = False

    def accept(self) -> tuple[socket.socket, Any]:
        """Take a connection; every second call finds none, which ends the event loop's turn."""
        if self._has_given:
            self._has_given = False
            raise BlockingIOError
        connection = super().accept()
        self._has_given = True
        return connection


def _rebuilt(handle: Any, family: int, kind: int, protocol: int) -> FairSocket:
    return FairSocket(family, kind, protocol, fileno=handle.detach())


def _reduced(shared: FairSocket) -> tuple[Any, ...]:
    """Say how another process gets the same socket."""
    return _rebuilt, (
        reduction.DupFd(shared.fileno()), int(shared.family), int(shared.type), shared.proto,
    )  # fmt: skip


reduction.register(FairSocket, _reduced)

"""What resolution needs from outside, as protocols; those that stores satisfy are in `models`."""

from collections.abc import Callable

from models.ports import DecisionLog, IdentityHistory, IngestLog, Progress

IdentityIdFactory = Callable[[], str]
"""Issues a new opaque identity id; seeded in tests and the demo."""

__all__ = ["DecisionLog", "IdentityHistory", "IdentityIdFactory", "IngestLog", "Progress"]

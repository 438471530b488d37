"""Works out what one record that arrives, changes or goes does to identities."""

from resolution.live_writing.catch_up import catch_up
from resolution.live_writing.plan import LivePlanner

__all__ = ["LivePlanner", "catch_up"]

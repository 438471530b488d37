"""Changes what is served, a few records at a time."""

from graph.neo4j.connections import Connected
from graph.store import LivePlan
from models.errors import BackendUnavailableError
from models.live_change import LiveAnswer, LiveRequest


class Neo4jLiveWriter(Connected):
    """Writes live changes."""

    def write_live(self, plan: LivePlan, *, request: LiveRequest | None = None) -> LiveAnswer:
        """Refuse: a graph in Neo4j changes by runs only, so far.

        Raises:
            BackendUnavailableError: always.
        """
        del plan, request
        raise BackendUnavailableError("a graph in Neo4j is written by runs: deliver a file")

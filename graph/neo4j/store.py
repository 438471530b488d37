"""The Neo4j store as one object: every port of `graph.store`, over one database of a server."""

from graph.closing import Closing
from graph.neo4j.connections import Connections, Neo4jSettings
from graph.neo4j.decision_log import Neo4jDecisionLog
from graph.neo4j.history import Neo4jIdentityHistory
from graph.neo4j.ingest_log import Neo4jIngestLog
from graph.neo4j.live_writer import Neo4jLiveWriter
from graph.neo4j.reader import Neo4jReader
from graph.neo4j.run_writer import Neo4jRunWriter
from graph.neo4j.schema import migrate
from graph.neo4j.served import take_lock


class Neo4jStore(
    Neo4jReader,
    Neo4jRunWriter,
    Neo4jIngestLog,
    Neo4jIdentityHistory,
    Neo4jDecisionLog,
    Neo4jLiveWriter,
    Closing,
):
    """Keeps a whole deployment's graph in one database of a Neo4j server.

    Any number of processes on any number of hosts may open it; runs are built one at a time.
    """

    def __init__(self, settings: Neo4jSettings) -> None:
        """Open the store, bringing its schema up to date.

        Raises:
            BackendUnavailableError: if the server does not answer or does not know us, or if the
                database holds something else or was written by a later version of this program.
        """
        connections = Connections(settings)
        try:
            migrate(connections)
            # A process may have ended between writing and showing it.
            connections.write(take_lock)
        except BaseException:
            connections.close()
            raise
        super().__init__(connections)

    def close(self) -> None:
        """Close every connection, and forget a run that is being built here."""
        self._site.end()
        self._connections.close()

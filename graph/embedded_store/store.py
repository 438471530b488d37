"""The embedded store as one object: every port of `graph.store`, over one SQLite file."""

from pathlib import Path

from graph.closing import Closing
from graph.embedded_store.connections import ConnectionPool, StoreSettings
from graph.embedded_store.decision_log import EmbeddedDecisionLog
from graph.embedded_store.history import EmbeddedIdentityHistory
from graph.embedded_store.ingest_log import EmbeddedIngestLog
from graph.embedded_store.live_writer import EmbeddedLiveWriter
from graph.embedded_store.reader import EmbeddedReader
from graph.embedded_store.run_writer import EmbeddedRunWriter
from graph.embedded_store.schema import migrate


class EmbeddedStore(
    EmbeddedReader,
    EmbeddedRunWriter,
    EmbeddedIngestLog,
    EmbeddedIdentityHistory,
    EmbeddedDecisionLog,
    EmbeddedLiveWriter,
    Closing,
):
    """Keeps a whole deployment's graph in one SQLite file on a local disk.

    Any number of threads and processes may open the same file; one writes at a time, and
    readers never wait for it. Not for network file systems: WAL needs shared memory.
    """

    def __init__(self, path: Path, *, settings: StoreSettings | None = None) -> None:
        """Open the store at `path`, creating it or bringing its schema up to date.

        Raises:
            BackendUnavailableError: if the file cannot be opened, is no store, or was written
                by a later version of this program.
        """
        pool = ConnectionPool(path, settings or StoreSettings())
        migrate(pool)
        super().__init__(pool)

    def close(self) -> None:
        """Close every idle connection, and forget a run that is being built here.

        Views still open keep their connections until they end.
        """
        self._site.end()
        self._pool.close()

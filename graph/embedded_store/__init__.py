"""The default store: SQLite in WAL mode, no server, many readers beside one writer."""

from graph.embedded_store.store import EmbeddedStore

__all__ = ["EmbeddedStore"]

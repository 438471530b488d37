"""Opens a store of each kind: a file of its own, or a database that is emptied for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import neo4j

from graph.embedded_store import EmbeddedStore
from graph.neo4j import Neo4jSettings, Neo4jStore
from tests.neo4j_server import USER, Neo4jServer

Opener = Callable[[Path], Any]
"""Opens the store of a folder; the same folder gives the same store again."""

KINDS = ("embedded", "neo4j")


def open_embedded(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder / "store.sqlite")


def neo4j_opener(server: Neo4jServer, **settings: Any) -> Opener:
    """Return what opens a server's database; a folder that is new to it finds it empty."""

    def open_in(folder: Path) -> Neo4jStore:
        mark = folder / ".database-is-mine"
        if not mark.exists():
            empty(server)
            mark.touch()
        return Neo4jStore(settings_of(server, folder, **settings))

    return open_in


def settings_of(server: Neo4jServer, folder: Path, **settings: Any) -> Neo4jSettings:
    return Neo4jSettings(
        address=server.address, user=USER, password=server.password, scratch=folder / "scratch",
        **settings,
    )  # fmt: skip


def empty(server: Neo4jServer) -> None:
    """Remove all nodes; constraints and indexes stay, which saves each test a second."""
    with (
        neo4j.GraphDatabase.driver(
            server.address, auth=(USER, server.password), notifications_min_severity="OFF"
        ) as driver,
        driver.session() as session,
    ):
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 20000 ROWS"
        ).consume()

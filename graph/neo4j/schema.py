"""The constraints and indexes of the graph, and the steps that bring an older one up to date."""

import re

from graph.neo4j.connections import Connections, run
from graph.neo4j.queries import query
from models.errors import BackendUnavailableError

# One file a version, in order, never edited once released; the last is the current one.
MIGRATIONS: tuple[str, ...] = ("schema_1", "schema_2", "schema_3", "schema_4", "schema_5")


def migrate(connections: Connections) -> None:
    """Bring the graph to the current schema.

    Every step may be taken twice: the server holds no transaction over several changes of a
    schema, so that one cut short is taken again.

    Raises:
        BackendUnavailableError: if the database is of a later schema than this program knows, or
            holds something else.
    """
    found = connections.read("schema_version")
    version, has_other_nodes = found[0]
    if version is None and has_other_nodes:
        raise BackendUnavailableError("the Neo4j database is used by something else")
    version = version or 0
    if version > len(MIGRATIONS):
        raise BackendUnavailableError(
            f"the Neo4j database has schema {version}; this program knows up to {len(MIGRATIONS)}"
        )
    for number in range(version + 1, len(MIGRATIONS) + 1):
        for statement in statements(query(MIGRATIONS[number - 1])):
            with connections.session(is_reading=False) as session:
                session.run(statement).consume()
        _reach(connections, number)


def _reach(connections: Connections, version: int) -> None:
    connections.write(lambda tx: run(tx, "reach_schema", {"version": version}))


def statements(script: str) -> list[str]:
    """Part a script into its statements; a line that begins with // is a comment."""
    without_comments = re.sub(r"^//.*$", "", script, flags=re.MULTILINE)
    return [part.strip() for part in without_comments.split(";") if part.strip()]

"""The production store: a Neo4j server, many readers beside one run being built."""

from graph.neo4j.connections import Neo4jSettings
from graph.neo4j.store import Neo4jStore

__all__ = ["Neo4jSettings", "Neo4jStore"]

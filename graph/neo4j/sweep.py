"""Removes what is no longer served, some rows to a transaction."""

from graph.neo4j.connections import Connections, run
from graph.neo4j.run_tables import RUN_TABLES

_SWEPT = (*RUN_TABLES, "records", "blocking_keys")


def sweep(connections: Connections) -> None:
    """Remove what no run that is kept serves.

    Kept are the served run, the one before, and whatever was put out of service so lately that a
    view may still read it.
    """
    grace_ms = int(connections.settings.grace_s * 1000)
    connections.write(lambda tx: run(tx, "disuse_runs", {"grace_ms": grace_ms}))
    [(oldest,)] = connections.read("oldest_kept_run")
    if oldest is not None:
        for part in _SWEPT:
            connections.write_in_parts(f"sweep_{part}", {"oldest": oldest})

"""A network written as Cypher, run by a real server."""

import neo4j

from graph.network_files import NetworkFormat
from tests.neo4j_server import USER, Neo4jServer
from tests.stores import empty
from tests.unit.graph.test_network_files import ANA, ENTRY, written


def test_the_cypher_of_a_network_makes_the_same_network(neo4j_server: Neo4jServer) -> None:
    empty(neo4j_server)
    lines = written(NetworkFormat.CYPHER)[".cypher"].splitlines()
    with (
        neo4j.GraphDatabase.driver(
            neo4j_server.address, auth=(USER, neo4j_server.password)
        ) as driver,
        driver.session() as session,
    ):
        for line in lines:
            session.run(line).consume()
        ids = session.run("MATCH (n:ExportedParty) RETURN n.id ORDER BY n.depth, n.id").value()
        made = session.run(
            "MATCH (l)-[c:CONNECTED_TO]->(r) RETURN l.id, c.kind, c.match_weight, r.id"
            " ORDER BY c.kind"
        ).values()
    empty(neo4j_server)

    assert ids == [ANA.id, "address:7, N11AA", ENTRY.id]
    assert made == [
        [ANA.id, "gives", None, "address:7, N11AA"],
        [ANA.id, "phone", None, ENTRY.id],
        [ANA.id, "watchlist_hit", -1.5, ENTRY.id],
    ]

"""Networks as files of other tools: read back by readers that are not ours."""

import csv
import io

import networkx as nx
import pytest

from graph.neighbours import Connection, Party, PartyKind, SharedByMany
from graph.network_files import DrawnParty, NetworkFormat, network_files
from models.connection import Attribute, AttributeKind

ANA = Party(PartyKind.IDENTITY, 'id-"1"\\')
ENTRY = Party(PartyKind.RECORD, "w:\U0001f3e0\n2\x00")
PARTIES = [DrawnParty(ANA, "O'Néill <Ana> & co", 3, 0), DrawnParty(ENTRY, None, 1, 1)]
CONNECTIONS = [
    Connection(ANA, ENTRY, "phone", "+441632960001", "a:1", "w:2"),
    Connection(ANA, ENTRY, "watchlist_hit", "", "a:1", "w:2", -1.5),
]
HOSTEL = SharedByMany(Attribute(AttributeKind.ADDRESS, "7, N11AA"), (ANA,), 900)


def written(form: NetworkFormat) -> dict[str, str]:
    return network_files(PARTIES, CONNECTIONS, [HOSTEL], form)


def test_graphml_is_read_back_with_every_node_and_connection() -> None:
    graph = nx.parse_graphml(written(NetworkFormat.GRAPHML)[".graphml"])

    assert graph.number_of_nodes() == 3
    assert graph.number_of_edges() == 3
    assert graph.nodes[ANA.id]["name"] == "O'Néill <Ana> & co"
    assert graph.nodes["address:7, N11AA"]["records"] == 900
    weights = [told.get("match_weight") for _, _, told in graph.edges(data=True)]
    assert sorted(one for one in weights if one is not None) == [-1.5]


def test_csv_is_two_tables_with_every_value_as_it_is() -> None:
    files = written(NetworkFormat.CSV)

    nodes = list(csv.DictReader(io.StringIO(files[".nodes.csv"].replace("\x00", "\ufffd"))))
    made = list(csv.DictReader(io.StringIO(files[".connections.csv"].replace("\x00", "\ufffd"))))
    assert [one["id"] for one in nodes][:1] == [ANA.id]
    assert [(one["kind"], one["match_weight"]) for one in made] == [
        ("phone", ""), ("watchlist_hit", "-1.5"), ("gives", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("form", list(NetworkFormat))
def test_an_empty_network_can_be_written(form: NetworkFormat) -> None:
    assert all(network_files([], [], [], form).values())

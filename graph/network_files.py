"""Writes a network in forms that other tools open: GraphML, Cypher, CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import networkx as nx

from graph.neighbours import Connection, Party, SharedByMany


class NetworkFormat(StrEnum):
    """What a network may be written as, by the ending of a file."""

    GRAPHML = "graphml"
    CYPHER = "cypher"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class DrawnParty:
    """A party as others see it."""

    party: Party
    name: str | None
    n_records: int
    depth: int


_Edge = tuple[str, str, dict[str, Any]]


def network_files(
    parties: Sequence[DrawnParty],
    connections: Sequence[Connection],
    groups: Sequence[SharedByMany],
    form: NetworkFormat,
) -> dict[str, str]:
    """Return the text of each file by its ending; CSV is two files, nodes and connections.

    What a crowd shares is a node of its own, connected to those of these parties that give it.
    """
    nodes = _nodes(parties, groups)
    edges = _edges(connections, groups)
    if form is NetworkFormat.GRAPHML:
        return {".graphml": _graphml(nodes, edges)}
    if form is NetworkFormat.CYPHER:
        return {".cypher": _cypher(nodes, edges)}
    return {
        ".nodes.csv": _csv(
            ("id", "kind", "name", "records", "depth"),
            [{"id": node} | told for node, told in nodes.items()],
        ),
        ".connections.csv": _csv(
            ("left", "right", "kind", "value", "left_record", "right_record", "match_weight"),
            [{"left": left, "right": right} | told for left, right, told in edges],
        ),
    }


def _nodes(
    parties: Sequence[DrawnParty], groups: Sequence[SharedByMany]
) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {
        one.party.id: {
            "kind": one.party.kind.value,
            "name": one.name or "",
            "records": one.n_records,
            "depth": one.depth,
        }
        for one in parties
    }
    for group in groups:
        nodes[group.attribute.attribute_id] = {
            "kind": f"shared_{group.attribute.kind}",
            "name": group.attribute.value,
            "records": group.n_records,
            "depth": 1 + min(nodes[one.id]["depth"] for one in group.parties),
        }
    return nodes


def _edges(connections: Sequence[Connection], groups: Sequence[SharedByMany]) -> list[_Edge]:
    edges: list[_Edge] = [
        (
            made.left.id,
            made.right.id,
            {
                "kind": made.kind,
                "value": made.value,
                "left_record": made.left_record_id,
                "right_record": made.right_record_id,
            }
            | ({} if made.match_weight is None else {"match_weight": made.match_weight}),
        )
        for made in connections
    ]
    edges += [
        (one.id, group.attribute.attribute_id, {"kind": "gives", "value": group.attribute.value})
        for group in groups
        for one in group.parties
    ]
    return edges


def _graphml(nodes: Mapping[str, dict[str, Any]], edges: Sequence[_Edge]) -> str:
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    # XML has no way to write some characters that an id may hold.
    for node, told in nodes.items():
        graph.add_node(_in_xml(node), **{key: _in_xml(value) for key, value in told.items()})
    for left, right, told in edges:
        graph.add_edge(
            _in_xml(left), _in_xml(right), **{key: _in_xml(value) for key, value in told.items()}
        )
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _in_xml(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join(one if one >= " " or one in "\t\n\r" else "\ufffd" for one in value)


def _cypher(nodes: Mapping[str, dict[str, Any]], edges: Sequence[_Edge]) -> str:
    lines = [
        f"MERGE (n:ExportedParty {{id: {_literal(node)}}}) SET n += {_map(told)};"
        for node, told in nodes.items()
    ]
    lines += [
        f"MATCH (l:ExportedParty {{id: {_literal(left)}}})"
        f" MATCH (r:ExportedParty {{id: {_literal(right)}}})"
        f" CREATE (l)-[:CONNECTED_TO {_map(told)}]->(r);"
        for left, right, told in edges
    ]
    return "\n".join(lines) + "\n"


def _map(told: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_literal(value)}" for key, value in told.items()) + "}"


def _literal(value: Any) -> str:
    """Write a value as Cypher does; the escapes of JSON are among those of Cypher."""
    return json.dumps(value)


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    written = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue()

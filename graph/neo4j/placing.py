"""Gives each node that a run adds its part, and its place there: what is linked goes together.

A home is an identity with its records, or a record that has none. An attribute goes where the
first home is that uses it.
"""

from collections.abc import Iterable

from graph.neo4j.run_build import KINDS, RunBuild
from graph.neo4j.run_tables import ADDED_TABLES, RunTable

# How often a person takes the place of the first person near: links reach that far in one part.
_ROUNDS = 3
_AT_HOME = ("identity", "record")


def ids_of(tables: Iterable[str], kind: str, *, of: str = "adding") -> str:
    """Return the DuckDB query of the ids of one kind that rows of some tables are about."""
    selects = [
        f"SELECT {column} AS id FROM {of}_{name}"
        for name in tables
        for column, of_kind in ADDED_TABLES[name].nodes.items()
        if of_kind == kind
    ]
    return " UNION ALL ".join(selects) or "SELECT '' AS id WHERE false"


def place_new_nodes(build: RunBuild, tables: list[str]) -> int:
    """Make the tables `placed_<kind>` (id, part, place) of nodes that are not there yet.

    Returns:
        How many parts there are.
    """
    for kind in KINDS:
        build.run(
            f"CREATE OR REPLACE TABLE new_{kind} AS"
            f" SELECT DISTINCT id FROM ({ids_of(tables, kind)}) ANTI JOIN {kind}_node USING (id)"
        )
    _find_homes(build, has_members="memberships" in tables)
    _order_homes(build, has_links="links" in tables)
    for kind in _AT_HOME:
        _place(build, kind, f"SELECT id, no, part FROM inhabitant JOIN home_part USING (no)"
               f" WHERE kind = '{kind}'")  # fmt: skip
    used = "attribute_uses" in tables
    _place(
        build,
        "attribute",
        "SELECT attribute_id AS id, 0 AS no, min(part) AS part FROM adding_attribute_uses"
        " JOIN new_attribute ON new_attribute.id = attribute_id"
        " JOIN placed_record AS r ON r.id = record_id GROUP BY attribute_id"
        if used
        else "SELECT '' AS id, 0 AS no, 0 AS part WHERE false",
    )
    n_parts = build.value("SELECT coalesce(max(part) + 1, 0) FROM home_part")
    for table in ("living", "home", "inhabitant", "near", "root", "home_part"):
        build.drop(table)
    return n_parts


def _place(build: RunBuild, kind: str, query: str) -> None:
    build.run(
        f"CREATE OR REPLACE TABLE placed_{kind} AS SELECT id, part,"
        " row_number() OVER (PARTITION BY part ORDER BY no, id) - 1 AS place"
        f" FROM ({query})"
    )


def _find_homes(build: RunBuild, *, has_members: bool) -> None:
    members = "adding_memberships" if has_members else "(SELECT '' AS record_id, '' AS identity_id)"
    build.run(
        "CREATE OR REPLACE TABLE living AS SELECT 'identity' AS kind, id, 'i' || id AS home"
        " FROM new_identity UNION ALL SELECT 'record', r.id, coalesce('i' || i.id, 'r' || r.id)"
        f" FROM new_record r LEFT JOIN {members} m ON m.record_id = r.id"
        " LEFT JOIN new_identity i ON i.id = m.identity_id"
    )
    build.run(
        "CREATE OR REPLACE TABLE home AS SELECT home, row_number() OVER (ORDER BY home) AS no,"
        " count(*) AS n_nodes FROM living GROUP BY home"
    )
    build.run(
        "CREATE OR REPLACE TABLE inhabitant AS"
        " SELECT kind, id, no FROM living JOIN home USING (home)"
    )


def _order_homes(build: RunBuild, *, has_links: bool) -> None:
    """Part the homes, those that are linked with each other into the same part where it goes."""
    links = "adding_links" if has_links else "(SELECT '' AS left_id, '' AS right_id)"
    build.run(
        "CREATE OR REPLACE TABLE near AS SELECT DISTINCT one.no AS one, other.no AS other"
        f" FROM {links} l JOIN inhabitant one ON one.id = l.left_id AND one.kind = 'record'"
        " JOIN inhabitant other ON other.id = l.right_id AND other.kind = 'record'"
        " WHERE one.no <> other.no"
    )
    build.run("INSERT INTO near SELECT other, one FROM near")
    build.run("CREATE OR REPLACE TABLE root AS SELECT no, no AS root FROM home")
    for _ in range(_ROUNDS):
        build.run(
            "CREATE OR REPLACE TABLE root AS SELECT r.no, least(r.root, min(o.root)) AS root"
            " FROM root r LEFT JOIN near ON one = r.no LEFT JOIN root o ON o.no = other"
            " GROUP BY r.no, r.root"
        )
    build.run(
        "CREATE OR REPLACE TABLE home_part AS SELECT no,"
        " ((sum(n_nodes) OVER (ORDER BY root, no) - n_nodes)"
        f" // {build.connections.settings.load_people})::BIGINT AS part"
        " FROM home JOIN root USING (no)"
    )


def parted_sql(name: str, table: RunTable) -> tuple[str, str]:
    """Return, as DuckDB SQL, rows to add beside the places of their nodes, and their part.

    The part is null for what leads from one part to another, or to a node that was there before.
    """
    joins, parts = "", []
    for column, kind in table.nodes.items():
        joins += f" LEFT JOIN placed_{kind} AS p_{column} ON p_{column}.id = adding.{column}"
        parts.append(f"p_{column}.part")
    part = parts[0] if len(parts) == 1 else f"CASE WHEN {' = '.join(parts)} THEN {parts[0]} END"
    return f"adding_{name} AS adding{joins}", part

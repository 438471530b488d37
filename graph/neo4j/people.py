"""Writes what a run adds: new people part by part, each whole in one transaction; then the rest.

An identity that is new, its new records and all that lies between them are made by one statement.
The server then writes each node once, with its relationships, and looks for none: this costs it
half of what making the nodes first and joining them afterwards does.
"""

from collections.abc import Iterator
from typing import Any

from graph.neo4j.run_build import RunBuild
from graph.neo4j.run_tables import RUN_TABLES, RunTable, load_table

PARTED = ("memberships", "links", "golden_records", "identity_quality")
_KINDS = ("identity", "record")

# How often a person takes the place of the first person near: links reach that far in one part.
_ROUNDS = 3


def write_added(build: RunBuild) -> None:
    """Write every row that was loaded and is not in the graph yet."""
    if not any(build.has(f"adding_{name}") for name in RUN_TABLES):
        return
    for name in PARTED:
        if not build.has(f"adding_{name}"):
            load_table(build, name, [])
    added = [name for name in RUN_TABLES if build.has(f"adding_{name}")]
    for kind in _KINDS:
        build.find_nodes(kind, _ids(added, kind))
    _place_new_nodes(build, added)
    for name in PARTED:
        _part(build, name)
    for [(part, *elements)] in build.write("add_part", _parts(build)):
        for kind, made in zip(_KINDS, elements, strict=True):
            build.append_columns(
                f"made_{kind}",
                {"part": [part] * len(made), "place": range(len(made)), "element": made},
            )
    for kind in _KINDS:
        build.run(
            f"INSERT INTO {kind}_node SELECT id, split_part(element, ':', 3)::BIGINT"
            f" FROM placed_{kind} JOIN made_{kind} USING (part, place)"
        )
    for name in added:
        _write_rest(build, name)
        build.drop(f"adding_{name}")


def _ids(tables: list[str], kind: str) -> str:
    """Return the DuckDB query of the ids of one kind that rows to add are about."""
    selects = [
        f"SELECT {column} AS id FROM adding_{name}"
        for name in tables
        for column, of_kind in RUN_TABLES[name].nodes.items()
        if of_kind == kind
    ]
    return " UNION ALL ".join(selects) or "SELECT '' AS id WHERE false"


def _place_new_nodes(build: RunBuild, added: list[str]) -> None:
    """Give each new identity and record its part and its place there.

    A home is an identity with its records, or a record that has none. Homes that are linked come
    near each other, so that few links lead from one part to another.
    """
    for kind in _KINDS:
        build.run(
            f"CREATE OR REPLACE TABLE new_{kind} AS"
            f" SELECT DISTINCT id FROM ({_ids(added, kind)}) ANTI JOIN {kind}_node USING (id)"
        )
    build.run(
        "CREATE OR REPLACE TABLE living AS SELECT 'identity' AS kind, id, 'i' || id AS home"
        " FROM new_identity UNION ALL SELECT 'record', r.id, coalesce('i' || i.id, 'r' || r.id)"
        " FROM new_record r LEFT JOIN adding_memberships m ON m.record_id = r.id"
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
    _order_homes(build)
    for kind in _KINDS:
        build.run(
            f"CREATE OR REPLACE TABLE placed_{kind} AS SELECT id, part,"
            " row_number() OVER (PARTITION BY part ORDER BY no, id) - 1 AS place"
            f" FROM inhabitant JOIN home_part USING (no) WHERE kind = '{kind}'"
            " ORDER BY part, place"
        )
        build.create(f"made_{kind}", "part BIGINT, place BIGINT, element VARCHAR")
    for table in ("living", "home", "inhabitant", "near", "root"):
        build.drop(table)


def _order_homes(build: RunBuild) -> None:
    """Part the homes, those that are linked with each other into the same part where it goes."""
    build.run(
        "CREATE OR REPLACE TABLE near AS SELECT DISTINCT one.no AS one, other.no AS other"
        " FROM adding_links l JOIN inhabitant one ON one.id = l.left_id AND one.kind = 'record'"
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


def _part(build: RunBuild, name: str) -> None:
    """Take the rows between nodes of one part out of those to add, into a table of their own."""
    table = RUN_TABLES[name]
    joins, parts = "", []
    for column, kind in table.nodes.items():
        joins += f" LEFT JOIN placed_{kind} AS p_{column} ON p_{column}.id = adding.{column}"
        parts.append(f"p_{column}.part")
    places = ", ".join(f"p_{column}.place AS place_of_{column}" for column in table.nodes)
    part = parts[0] if len(parts) == 1 else f"CASE WHEN {' = '.join(parts)} THEN {parts[0]} END"
    build.run(
        f"CREATE OR REPLACE TABLE parted_{name} AS SELECT adding.*, {places}, {part} AS part"
        f" FROM adding_{name} AS adding{joins} ORDER BY part"
    )
    build.run(
        f"CREATE OR REPLACE TABLE adding_{name} AS SELECT COLUMNS(c -> c <> 'part' AND"
        f" NOT starts_with(c, 'place_of_')) FROM parted_{name} WHERE part IS NULL"
    )


def _parts(build: RunBuild) -> Iterator[dict[str, Any]]:
    """Make the parameters of each part."""
    n_parts = build.value("SELECT coalesce(max(part) + 1, 0) FROM home_part")
    for part in range(n_parts):
        parameters: dict[str, Any] = {"part": part}
        for kind, key in zip(_KINDS, ("identities", "records"), strict=True):
            [parameters[key]] = build.columns(
                f"SELECT id FROM placed_{kind} WHERE part = {part} ORDER BY place"
            )
        for name in PARTED:
            table = RUN_TABLES[name]
            values = [f"place_of_{c}" if c in table.nodes else c for c in table.rows]
            parameters[name] = build.columns(
                f"SELECT {', '.join(values)}, content_hash FROM parted_{name} WHERE part = {part}"
            )
        yield parameters


def _write_rest(build: RunBuild, name: str) -> None:
    """Write the rows to add that are left: one end at least was there, or is in another part."""
    table = RUN_TABLES[name]
    if "attribute" in table.nodes.values():
        build.make_nodes("attribute", _ids([name], "attribute"))
    rows = build.rows(_rows_sql(name, table), at_once=build.connections.settings.load_rows)
    build.do(f"add_{name}", rows)


def _rows_sql(name: str, table: RunTable) -> str:
    """Return the DuckDB query of the rows to add: nodes for ids, and the hash at the end.

    In the order of the first node, so that few transactions touch the same ones.
    """
    values = [
        f"CAST(n_{column}.node AS VARCHAR)" if column in table.nodes else f"adding.{column}"
        for column in table.rows
    ]
    joins = "".join(
        f" JOIN {kind}_node AS n_{column} ON n_{column}.id = adding.{column}"
        for column, kind in table.nodes.items()
    )
    first = next(iter(table.nodes))
    return (
        f"SELECT {', '.join(values)}, content_hash FROM adding_{name} AS adding{joins}"
        f" ORDER BY n_{first}.node"
    )

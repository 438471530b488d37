"""Writes what a run adds: new people part by part, each whole in one transaction; then the rest.

New identities, records and attributes and all that lies between them are made by one statement a
part. The server then writes each node once, with its relationships, and looks for none: this costs
it half of what making the nodes first and joining them afterwards does.
"""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from graph.neo4j.connections import Row, run
from graph.neo4j.placing import ids_of, parted_sql, place_new_nodes
from graph.neo4j.run_build import KINDS, RunBuild
from graph.neo4j.run_tables import ADDED_TABLES
from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT

# What one statement makes with the nodes, and under which names it takes these.
PARTED = (
    "memberships", "links", "golden_records", "identity_quality", "attribute_uses", "bodies",
)  # fmt: skip
# Places of nodes that are held in memory before they are noted.
_HELD = 50_000
_PLURALS = {"identity": "identities", "record": "records", "attribute": "attributes"}


def write_added(build: RunBuild) -> None:
    """Write every row that was loaded and is not in the graph yet."""
    added = [name for name in ADDED_TABLES if build.has(f"adding_{name}")]
    if not added:
        return
    if "bodies" in added:
        build.constants["layout_no"] = _layout_no(build)
    for kind in KINDS:
        build.find_nodes(kind, ids_of(added, kind))
    n_parts = place_new_nodes(build, added)
    for name in added:
        _set_rest_aside(build, name)
    if n_parts:
        _write_parts(build, added, n_parts)
    for name in added:
        _write_rest(build, name)
        build.drop(f"adding_{name}")
        build.drop(f"rest_{name}")


def _set_rest_aside(build: RunBuild, name: str) -> None:
    """Copy the rows that belong to no part into a table of their own."""
    where = ""
    if name in PARTED:
        rows, part = parted_sql(name, ADDED_TABLES[name])
        where = f" WHERE ({part}) IS NULL"
    else:
        rows = f"adding_{name} AS adding"
    build.run(f"CREATE OR REPLACE TABLE rest_{name} AS SELECT adding.* FROM {rows}{where}")


def _write_parts(build: RunBuild, added: list[str], n_parts: int) -> None:
    """Write all parts, and note where those of their nodes are that the rest needs."""
    for kind in KINDS:
        build.run(
            f"CREATE OR REPLACE TABLE wanted_{kind} AS SELECT id, part, place FROM placed_{kind}"
            f" SEMI JOIN ({ids_of(added, kind, of='rest')}) USING (id)"
        )
        build.create(f"made_{kind}", "part BIGINT, place BIGINT, element VARCHAR")
    held: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for [(part, *made)] in build.write("add_part", _parts(build, added, n_parts)):
        for kind, places, elements in zip(KINDS, made[::2], made[1::2], strict=True):
            held[kind] += zip(repeat(part), places, elements)
            # a statement of DuckDB takes as long for one part as for many
            if len(held[kind]) >= _HELD:
                build.append(f"made_{kind}", held[kind])
                held[kind] = []
    for kind, rows in held.items():
        build.append(f"made_{kind}", rows)
        build.run(
            f"INSERT INTO {kind}_node SELECT id, split_part(element, ':', 3)::BIGINT"
            f" FROM wanted_{kind} JOIN made_{kind} USING (part, place)"
        )
        build.drop(f"made_{kind}")


def _parts(build: RunBuild, added: list[str], n_parts: int) -> Iterator[dict[str, Any]]:
    """Make the parameters of each part."""
    streams: dict[str, Iterator[list[list[Any]]]] = {}
    for kind, plural in _PLURALS.items():
        for name, rows, column in (
            (plural, f"placed_{kind}", "id"),
            (f"wanted_{plural}", f"wanted_{kind}", "place"),
        ):
            streams[name] = build.parts(
                f"SELECT part, {column} FROM {rows} ORDER BY part, place", n_parts
            )
    for name in PARTED:
        if name in added:
            table = ADDED_TABLES[name]
            values = [f"p_{c}.place" if c in table.nodes else f"adding.{c}" for c in table.rows]
            rows, part = parted_sql(name, table)
            streams[name] = build.parts(
                f"SELECT {part}, {', '.join(values)}, content_hash FROM {rows}"
                f" WHERE ({part}) IS NOT NULL ORDER BY 1",
                n_parts,
            )
    nothing: dict[str, Any] = {name: [[]] * (len(ADDED_TABLES[name].rows) + 1) for name in PARTED}
    for number in range(n_parts):
        yield nothing | {"part": number} | {name: next(one) for name, one in streams.items()}


def _write_rest(build: RunBuild, name: str) -> None:
    """Write the rows to add that are left: one end at least was there, or is in another part."""
    table = ADDED_TABLES[name]
    if "attribute" in table.nodes.values():
        build.make_nodes("attribute", ids_of([name], "attribute", of="rest"))
    # In the order of the last node, so that few transactions touch the same ones: of the nodes
    # of a row it is the one that more rows share.
    *_, last = table.nodes
    values = [
        f"CAST(n_{column}.node AS VARCHAR)" if column in table.nodes else f"rest.{column}"
        for column in table.rows
    ]
    joins = "".join(
        f" JOIN {kind}_node AS n_{column} ON n_{column}.id = rest.{column}"
        for column, kind in table.nodes.items()
    )
    sizes = build.connections.settings
    chunks = build.column_batches(
        f"SELECT {', '.join(values)}, content_hash FROM rest_{name} AS rest{joins}"
        f" ORDER BY n_{last}.node",
        at_once=sizes.load_bodies if name == "bodies" else sizes.load_rows,
    )
    build.do(f"add_{name}", ({"columns": columns} for columns in chunks))


def _layout_no(build: RunBuild) -> int:
    """Return the number of today's layouts."""
    layouts = {
        "source_layout": SOURCE_LAYOUT.text,
        "standardised_layout": STANDARDISED_LAYOUT.text,
    }
    [(layout_no,)] = build.connections.write(lambda tx: run(tx, "make_layout", layouts))
    return int(layout_no)

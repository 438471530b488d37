"""Loads a million records and what belongs to them into Neo4j by several methods; times reads.

    python -m benchmarks.neo4j_store [--records N] [--reads N]

Every method begins with an empty server, freshly started, whose own processor time is measured
beside the clock. Reads are by eight processes at once, on both stores, with and without a run
being built beside them.
"""

import argparse
import itertools
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import neo4j
import pyarrow as pa

from benchmarks.machine import describe_machine
from graph.embedded_store import EmbeddedStore
from graph.neighbours import Limits, Party, PartyKind
from graph.neo4j import Neo4jSettings, Neo4jStore
from graph.network import network_around
from graph.store import RECORD_BODIES
from models.identity import Run
from models.tables import ATTRIBUTE_USES, BLOCKING_KEYS, MEMBERSHIPS, PREDICTIONS
from tests.contract.sample_runs import make_run
from tests.neo4j_server import USER, Neo4jServer

READERS = 8
READ_TIMEOUT_S = 900.0
NAIVE_ROWS = 10_000
LIMITS = Limits(link_weight=0.0)

# Records of one person stand apart in their sources: a record's number times this, past the end
# counted from the start again, is its place among those of people. A prime, so that each is one.
_STEP = 611_953

# Five records to two identities; in each twenty places, a record is linked to the next, and half
# to the one after: half the links lead to another identity. Half give a phone that three share.
_PLACES = f"SELECT n, (n * {_STEP}) % $n AS place FROM range($n) t(n)"
_ID = "'c:' || lpad(({})::VARCHAR, 9, '0')"
_IDENTITY = "'id-' || lpad(({})::VARCHAR, 9, '0')"


def _uses(prefix: str) -> str:
    return (
        f"SELECT {_ID.format('n')} AS record_id, 'phone' AS kind,"
        f" '{prefix}' || (hash(n) % ($n // 6)) AS value FROM range($n) t(n) WHERE n % 2 = 0"
    )


def _bodies(word: str) -> str:
    return (
        f"SELECT {_ID.format('n')} AS record_id, (hash(n, '{word}') >> 1)::BIGINT AS content_hash,"
        f" 'person' AS role, '[\"' || repeat('{word}', 60) || '\"]' AS source_record,"
        " '[\"' || repeat('parsed ', 60) || '\"]' AS standardised FROM range($n) t(n)"
    )


def _keys(group: str) -> str:
    return (
        f"SELECT (hash({group}, rule) >> 1)::BIGINT AS key, {_ID.format('n')} AS record_id"
        " FROM range($n) t(n), range(6) r(rule)"
    )


TABLES: dict[str, tuple[pa.Schema, str]] = {
    "identities": (
        pa.schema([pa.field("identity_id", pa.string())]),
        f"SELECT {_IDENTITY.format('n')} AS identity_id FROM range(($n * 2 + 4) // 5) t(n)",
    ),
    "memberships": (
        MEMBERSHIPS,
        f"SELECT {_ID.format('n')} AS record_id, {_IDENTITY.format('place * 2 // 5')}"
        f" AS identity_id FROM ({_PLACES})",
    ),
    "links": (
        PREDICTIONS,
        f"SELECT {_ID.format('least(n, other)')} AS left_id,"
        f" {_ID.format('greatest(n, other)')} AS right_id,"
        " (hash(n, step) % 300) / 10.0 - 10 AS match_weight, 0::SMALLINT AS blocking_rule,"
        " (n % 2) * -1.5 AS source_weight"
        f" FROM (SELECT *, (n + step * $inverse) % $n AS other FROM ({_PLACES}),"
        " range(1, 3) s(step) WHERE (place % 2 = 0 OR step = 1) AND place + step < $n"
        " AND place // 20 = (place + step) // 20)",
    ),
    "attribute_uses": (ATTRIBUTE_USES, _uses("+44")),
    "attributes": (
        pa.schema([pa.field("kind", pa.string()), pa.field("value", pa.string())]),
        f"SELECT DISTINCT kind, value FROM ({_uses('+44')})",
    ),
    "bodies": (RECORD_BODIES, _bodies("source ")),
    "blocking_keys": (BLOCKING_KEYS, _keys("n // 3")),
    "words": (
        pa.schema(
            [
                pa.field("record_id", pa.string()),
                pa.field("keys", pa.string()),
                pa.field("n_keys", pa.int64()),
            ]
        ),
        "SELECT record_id, string_agg('k' || lower(to_hex(key)), ' ') AS keys, count(*) AS n_keys"
        f" FROM ({_keys('n // 3')}) GROUP BY record_id",
    ),
    # what a later run may bring
    "other_uses": (ATTRIBUTE_USES, _uses("+49")),
    "other_bodies": (RECORD_BODIES, _bodies("SOURCE ")),
    "other_keys": (BLOCKING_KEYS, _keys("n // 2")),
}


def sql_of(table: str, n: int) -> str:
    """Return the DuckDB query of a table's rows for n records."""
    inverse = pow(_STEP, -1, n)
    return TABLES[table][1].replace("$n", str(n)).replace("$inverse", str(inverse))


def rows(table: str, n: int) -> Iterator[pa.RecordBatch]:
    """Make the rows of a table for n records, some at a time."""
    found = duckdb.connect(config={"memory_limit": "1GB"}).execute(sql_of(table, n))
    for batch in found.to_arrow_reader(10_000):
        yield batch.cast(TABLES[table][0])


def count(table: str, n: int) -> int:
    """Return how many rows a table has for n records."""
    [(n_rows,)] = duckdb.execute(f"SELECT count(*) FROM ({sql_of(table, n)})").fetchall()
    return int(n_rows)


def people(n: int) -> int:
    """Return how many identities n records have."""
    return -(-n * 2 // 5)


@dataclass
class Timed:
    """How one method did.

    Attributes:
        parts: which parts of the graph it made; it is compared with the naive loader on the same.
    """

    method: str
    parts: str
    elements: int
    seconds: float
    server_seconds: float
    compiling_seconds: float = 0.0

    def line(self, naive: "Timed | None") -> str:
        """Return a row of the table."""
        pace, cores = self.elements / self.seconds, self.server_seconds / self.seconds
        times = f"{pace / (naive.elements / naive.seconds):.1f}" if naive else "-"
        compiling = f"{self.compiling_seconds:,.1f}" if self.compiling_seconds else "-"
        return (
            f"| {self.method} | {self.elements:,} | {self.seconds:,.1f} | {pace:,.0f} | {times} |"
            f" {self.server_seconds:,.1f} | {compiling} | {cores:.2f} |"
            f" {self.elements / self.server_seconds:,.0f} |"
        )


class Times:
    """What was timed, and the naive loader's time for each part."""

    def __init__(self) -> None:
        self._naive: dict[str, Timed] = {}

    def add(self, made: Timed, *, is_naive: bool = False) -> None:
        """Note what was timed, and print it."""
        if is_naive:
            self._naive[made.parts] = made
        known = [self._naive[part] for part in made.parts.split("+") if part in self._naive]
        print(made.line(together("", known) if known else None), flush=True)

    def naive(self, parts: str) -> Timed:
        """Return the naive loader's time for some parts together."""
        return together(f"naive: {parts}", [self._naive[part] for part in parts.split("+")])


def together(method: str, timed: Sequence[Timed]) -> Timed:
    """Return the sum of what was timed one after the other."""
    return Timed(
        method,
        "+".join(one.parts for one in timed),
        sum(one.elements for one in timed),
        sum(one.seconds for one in timed),
        sum(one.server_seconds for one in timed),
        sum(one.compiling_seconds for one in timed),
    )


@contextmanager
def a_server(folder: Path, *, is_started: bool = True) -> Iterator[Neo4jServer]:
    """Make a server in a folder of its own."""
    server = Neo4jServer(folder, heap="1g", page_cache="1g")
    if is_started:
        server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def timing(
    server: Neo4jServer, method: str, parts: str, elements: int, times: Times,
    *, is_naive: bool = False, into: list[Timed] | None = None,
) -> Iterator[None]:  # fmt: skip
    """Time what is done inside, and print it."""
    began, used, compiled = time.perf_counter(), server.processor_s(), server.compiling_s()
    yield
    seconds = time.perf_counter() - began
    made = Timed(
        method, parts, elements, seconds, server.processor_s() - used,
        server.compiling_s() - compiled,
    )  # fmt: skip
    if into is not None:
        into.append(made)
    times.add(made, is_naive=is_naive)


# What the naive loader runs, by part: each query with the table that it takes. It makes the same
# nodes, relationships and properties as ours; it makes no difference, no checksum, no check.
_EVERY = "since: 1, content_hash: 4611686018427387904"
NAIVE = {
    "people": (
        ("UNWIND $rows AS row CREATE (:Record {record_id: row.record_id})", "memberships"),
        ("UNWIND $rows AS row CREATE (:Identity {identity_id: row.identity_id})", "identities"),
        (
            "UNWIND $rows AS row MATCH (r:Record {record_id: row.record_id}) MATCH"
            " (i:Identity {identity_id: row.identity_id})"
            f" CREATE (r)-[:BELONGS_TO {{{_EVERY}}}]->(i)",
            "memberships",
        ),
        (
            "UNWIND $rows AS row MATCH (l:Record {record_id: row.left_id}) MATCH"
            f" (r:Record {{record_id: row.right_id}}) CREATE (l)-[:LINKED_TO {{{_EVERY},"
            " match_weight: row.match_weight, blocking_rule: row.blocking_rule,"
            " source_weight: row.source_weight}]->(r)",
            "links",
        ),
    ),
    "attributes": (
        (
            "UNWIND $rows AS row CREATE (:Attribute {attribute_id: row.kind + ':' + row.value,"
            " kind: row.kind, value: row.value})",
            "attributes",
        ),
        (
            "UNWIND $rows AS row MATCH (r:Record {record_id: row.record_id}) MATCH"
            " (a:Attribute {attribute_id: row.kind + ':' + row.value})"
            f" CREATE (r)-[:USES {{{_EVERY}}}]->(a)",
            "attribute_uses",
        ),
    ),
    "bodies": (
        (
            "UNWIND $rows AS row MATCH (r:Record {record_id: row.record_id})"
            " CREATE (r)-[:HAS_VERSION]->(:RecordVersion {since: 1, role: row.role,"
            " content_hash: row.content_hash, source_record: row.source_record,"
            " standardised: row.standardised, layout_no: 0})",
            "bodies",
        ),
    ),
    "keys": (
        (
            "UNWIND $rows AS row CREATE (:RecordKeys {record_id: row.record_id, keys: row.keys,"
            f" n_keys: row.n_keys, {_EVERY}}})",
            "words",
        ),
    ),
}


def elements(part: str, n: int) -> int:
    """Return how many nodes and relationships a part has for n records."""
    return {
        "people": n * 2 + people(n) + count("links", n),
        "attributes": count("attributes", n) + count("attribute_uses", n),
        "bodies": n * 2,
        "keys": n,
    }[part]


def load_naively(server: Neo4jServer, n: int, times: Times) -> None:
    """One session, 10,000 rows a time, relationships by two indexed look-ups."""
    with (
        neo4j.GraphDatabase.driver(server.address, auth=(USER, server.password)) as driver,
        driver.session() as session,
    ):
        for label, key in (
            ("Record", "record_id"), ("Identity", "identity_id"), ("Attribute", "attribute_id"),
        ):  # fmt: skip
            session.run(f"CREATE CONSTRAINT FOR (x:{label}) REQUIRE x.{key} IS UNIQUE").consume()
        session.run(
            "CREATE FULLTEXT INDEX record_keys FOR (n:RecordKeys) ON EACH [n.keys]"
            " OPTIONS { indexConfig: { `fulltext.analyzer`: 'whitespace' } }"
        ).consume()
        session.run("CALL db.awaitIndexes(600)").consume()

        def send(query: str, table: str) -> None:
            held: list[dict[str, Any]] = []
            for batch in rows(table, n):
                held += batch.to_pylist()
                while len(held) >= NAIVE_ROWS:
                    session.run(query, rows=held[:NAIVE_ROWS]).consume()
                    del held[:NAIVE_ROWS]
            session.run(query, rows=held).consume()

        for part, queries in NAIVE.items():
            size = elements(part, n)
            with timing(server, f"naive: {part}", part, size, times, is_naive=True):
                for query, table in queries:
                    send(query, table)
    times.add(together("**naive: everything**", [times.naive("+".join(NAIVE))]))


def publish(server: Neo4jServer, store: Neo4jStore, n: int, times: Times) -> None:
    """The product's own way: three runs, each verified and switched to."""
    tables = ("memberships", "links", "attribute_uses")
    expected = {name: count(name, n) for name in tables} | {"records": n, "blocking_keys": n * 6}
    whole: list[Timed] = []

    def clock(method: str, parts: str) -> AbstractContextManager[None]:
        size = sum(elements(part, n) for part in (parts or "people").split("+"))
        return timing(server, f"publish: {method}", parts, size, times, into=whole)

    def load(run: Run, *names: str) -> None:
        for name in names:
            store.load(run.run_id, name, rows(name, n))

    first, second, third = (make_run(f"run-{number}") for number in (1, 2, 3))
    with clock("people, attributes and bodies of records", "people+attributes+bodies"):
        store.begin_run(first)
        load(first, *tables)
        store.change_records(rows("bodies", n), removed=[])
    with clock("blocking keys, 6 a record", "keys"):
        store.replace_blocking_keys(rows("blocking_keys", n))
    with clock("verify everything and switch", ""):
        store.switch(first, expected_counts=expected, events=[])
    load_time = together("**publish: the whole first load**", whole)
    load_time.parts = "+".join(NAIVE)
    load_time.elements = sum(elements(part, n) for part in NAIVE)
    times.add(load_time)

    with clock("again, nothing differs", "people+attributes+keys"):
        store.begin_run(second)
        load(second, *tables)
        store.change_records([], removed=[])
        store.replace_blocking_keys(rows("blocking_keys", n))
        store.switch(second, expected_counts=expected, events=[])
    store.begin_run(third)
    load(third, "memberships", "links")
    with clock("other attributes of records that are there", "attributes"):
        store.load(third.run_id, "attribute_uses", rows("other_uses", n))
        store.change_records([], removed=[])
    with clock("other bodies of all records", "bodies"):
        store.change_records(rows("other_bodies", n), removed=[])
    with clock("other blocking keys of all records", "keys"):
        store.replace_blocking_keys(rows("other_keys", n))
    with clock("verify everything, end what went, switch, remove", ""):
        store.switch(third, expected_counts=expected, events=[])


def import_offline(folder: Path, n: int, times: Times) -> None:
    """The importer of the server itself, which must be stopped; files are made beforehand."""
    connection = duckdb.connect()
    for name, table, columns in (
        ("records", "memberships", 'record_id AS "record_id:ID(Record)"'),
        ("identities", "identities", 'identity_id AS "identity_id:ID(Identity)"'),
        ("belongs", "memberships", 'record_id AS ":START_ID(Record)", identity_id AS'
         ' ":END_ID(Identity)", 1 AS "since:int", 4611686018427387904 AS "content_hash:long"'),
        ("links", "links", 'left_id AS ":START_ID(Record)", right_id AS ":END_ID(Record)",'
         ' 1 AS "since:int", 4611686018427387904 AS "content_hash:long",'
         ' match_weight AS "match_weight:double", blocking_rule AS "blocking_rule:int",'
         ' source_weight AS "source_weight:double"'),
    ):  # fmt: skip
        connection.execute(
            f"COPY (SELECT {columns} FROM ({sql_of(table, n)})) TO '{folder}/{name}.csv' (HEADER)"
        )
    with a_server(folder / "home", is_started=False) as server:
        began, used = time.perf_counter(), _processor_s_of_children()
        server.administrate(
            "database", "import", "full", "neo4j", f"--nodes=Record={folder}/records.csv",
            f"--nodes=Identity={folder}/identities.csv",
            f"--relationships=BELONGS_TO={folder}/belongs.csv",
            f"--relationships=LINKED_TO={folder}/links.csv", "--overwrite-destination",
            f"--report-file={folder}/import.report",
        )  # fmt: skip
        seconds = time.perf_counter() - began
    times.add(
        Timed(
            "offline import: people; no index, nobody served",
            "people",
            elements("people", n),
            seconds,
            _processor_s_of_children() - used,
        )
    )


def _processor_s_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read(open_store: Callable[[], Any], n: int, reads: int, seed: int, told: Any) -> None:
    """Read identities and networks at random; tell milliseconds of each."""
    chance = random.Random(seed)  # noqa: S311
    found: dict[str, list[float]] = {"identity": [], "network, two hops": []}
    with open_store() as store:
        for number in range(reads + 20):
            identity_id = f"id-{chance.randrange(people(n)):09}"
            began = time.perf_counter()
            with store.view() as view:
                view.identity(identity_id)
            middle = time.perf_counter()
            with store.view() as view:
                start = Party(PartyKind.IDENTITY, identity_id)
                network_around(view, start, depth=2, limits=LIMITS)
            if number >= 20:
                found["identity"].append((middle - began) * 1000)
                found["network, two hops"].append((time.perf_counter() - middle) * 1000)
    told.put(found)


def build_beside(open_store: Callable[[], Any], n: int) -> None:
    """Build a run that nobody will switch to, again and again until stopped."""
    links = TABLES["links"][1]
    with open_store() as store:
        for attempt in itertools.count(11):
            store.begin_run(make_run("run-9"))
            # every link is another than before
            TABLES["links"] = (PREDICTIONS, links.replace("- 10 AS", f"- {attempt} AS"))
            store.load("run-9", "links", rows("links", n))
            store.change_records([], removed=[])


def time_reads(name: str, open_store: Callable[[], Any], n: int, reads: int) -> None:
    """Read by several processes at once, without and with a run being built beside them."""
    for beside in (False, True):
        told: Any = multiprocessing.Queue()
        builder = multiprocessing.Process(target=build_beside, args=(open_store, n))
        if beside:
            builder.start()
            time.sleep(15)
        readers = [
            multiprocessing.Process(target=read, args=(open_store, n, reads, seed, told))
            for seed in range(READERS)
        ]
        for reader in readers:
            reader.start()
        try:
            found = [told.get(timeout=READ_TIMEOUT_S) for _ in readers]
        finally:
            for reader in readers:
                reader.kill()
                reader.join()
        was_building = builder.is_alive()
        if beside:
            builder.kill()
            builder.join()
        for what in found[0]:
            times = sorted(ms for one in found for ms in one[what])
            p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
            state = ("yes" if was_building else "it failed") if beside else "no"
            print(
                f"| {name} | {what} | {state} | {len(times):,} | {p50:.1f} | {p99:.1f} |",
                flush=True,
            )


class Opened:
    """Opens a store, in any process."""

    def __init__(self, settings: Neo4jSettings | Path) -> None:
        self._settings = settings

    def __call__(self) -> Any:
        """Open it."""
        if isinstance(self._settings, Path):
            return EmbeddedStore(self._settings)
        return Neo4jStore(self._settings)


def main() -> None:
    """Measure, and print tables for the documents."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=1_000_000)
    arguments.add_argument("--reads", type=int, default=150, help="of each kind, by each reader")
    given = arguments.parse_args()
    n, times = given.records, Times()
    print(describe_machine())
    print(
        "| method | elements | seconds | elements/s | times naive | processor seconds of the"
        " server | of which compiling itself | its cores | elements a processor second |"
    )
    print("| --- " * 9 + "|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_server(folder / "naive") as server:
            load_naively(server, n, times)
        (folder / "import").mkdir()
        import_offline(folder / "import", n, times)
        with a_server(folder / "ours") as server:
            settings = Neo4jSettings(server.address, USER, server.password, folder / "scratch")
            with Neo4jStore(settings) as store:
                publish(server, store, n, times)
            with EmbeddedStore(folder / "store.sqlite") as embedded:
                run = make_run("run-1")
                embedded.begin_run(run)
                for table in ("memberships", "links", "attribute_uses"):
                    embedded.load("run-1", table, rows(table, n))
                embedded.switch(run, expected_counts={"memberships": n}, events=[])
            print(f"\n{READERS} readers at once")
            print("| store | read | a run being built | reads | p50 ms | p99 ms |")
            print("| --- | --- | --- | --- | --- | --- |")
            time_reads("embedded", Opened(folder / "store.sqlite"), n, given.reads)
            time_reads("Neo4j", Opened(settings), n, given.reads)


if __name__ == "__main__":
    main()

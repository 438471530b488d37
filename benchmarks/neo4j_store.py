"""Loads a million records with their links into Neo4j by several methods, and times reads.

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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    "attribute_uses": (
        ATTRIBUTE_USES,
        f"SELECT {_ID.format('n')} AS record_id, 'phone' AS kind,"
        " '+44' || (hash(n) % ($n // 6)) AS value FROM range($n) t(n) WHERE n % 2 = 0",
    ),
    "bodies": (
        RECORD_BODIES,
        f"SELECT {_ID.format('n')} AS record_id, (hash(n) >> 1)::BIGINT AS content_hash,"
        " 'person' AS role, '[\"' || repeat('source ', 60) || '\"]' AS source_record,"
        " '[\"' || repeat('parsed ', 60) || '\"]' AS standardised FROM range($n) t(n)",
    ),
    "blocking_keys": (
        BLOCKING_KEYS,
        f"SELECT (hash(n // 3, rule) >> 1)::BIGINT AS key, {_ID.format('n')} AS record_id"
        " FROM range($n) t(n), range(6) r(rule)",
    ),
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
    """How one method did."""

    method: str
    elements: int
    seconds: float
    server_seconds: float

    def line(self, naive: "Timed") -> str:
        """Return a row of the table."""
        pace, cores = self.elements / self.seconds, self.server_seconds / self.seconds
        times = pace / (naive.elements / naive.seconds)
        return (
            f"| {self.method} | {self.elements:,} | {self.seconds:,.1f} | {pace:,.0f} |"
            f" {times:.1f} | {self.server_seconds:,.1f} | {cores:.2f} |"
            f" {self.elements / self.server_seconds:,.0f} |"
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
def timing(server: Neo4jServer, method: str, elements: int, made: list[Timed]) -> Iterator[None]:
    """Time what is done inside, and print it."""
    began, used = time.perf_counter(), server.processor_s()
    yield
    seconds = time.perf_counter() - began
    made.append(Timed(method, elements, seconds, server.processor_s() - used))
    print(made[-1].line(made[0]), flush=True)


def load_naively(server: Neo4jServer, n: int, made: list[Timed]) -> None:
    """One session, 10,000 rows a time, relationships by two indexed look-ups."""
    with (
        neo4j.GraphDatabase.driver(server.address, auth=(USER, server.password)) as driver,
        driver.session() as session,
    ):
        for label, key in (("Record", "record_id"), ("Identity", "identity_id")):
            session.run(f"CREATE CONSTRAINT FOR (x:{label}) REQUIRE x.{key} IS UNIQUE").consume()

        def send(query: str, table: str) -> None:
            held: list[dict[str, Any]] = []
            for batch in rows(table, n):
                held += batch.to_pylist()
                while len(held) >= NAIVE_ROWS:
                    session.run(query, rows=held[:NAIVE_ROWS]).consume()
                    del held[:NAIVE_ROWS]
            session.run(query, rows=held).consume()

        n_elements = n * 2 + people(n) + count("links", n)
        with timing(server, "naive: 10,000-row UNWIND, one session", n_elements, made):
            send("UNWIND $rows AS row CREATE (:Record {record_id: row.record_id})", "memberships")
            send("UNWIND $rows AS row CREATE (:Identity {identity_id: row.identity_id})",
                 "identities")  # fmt: skip
            send(
                "UNWIND $rows AS row MATCH (r:Record {record_id: row.record_id}) MATCH"
                " (i:Identity {identity_id: row.identity_id})"
                " CREATE (r)-[:BELONGS_TO {since: 1, content_hash: 4611686018427387904}]->(i)",
                "memberships",
            )
            send(
                "UNWIND $rows AS row MATCH (l:Record {record_id: row.left_id}) MATCH"
                " (r:Record {record_id: row.right_id}) CREATE (l)-[:LINKED_TO {since: 1,"
                " content_hash: 4611686018427387904, match_weight: row.match_weight,"
                " blocking_rule: row.blocking_rule, source_weight: row.source_weight}]->(r)",
                "links",
            )


def publish(server: Neo4jServer, store: Neo4jStore, n: int, made: list[Timed]) -> None:
    """The product's own way: two runs, each verified and switched to."""
    n_links, n_uses = count("links", n), count("attribute_uses", n)
    n_elements = n * 2 + people(n) + n_links
    expected = {"memberships": n, "links": n_links}

    def load_people(run: Run) -> None:
        store.begin_run(run)
        store.load(run.run_id, "memberships", rows("memberships", n))
        store.load(run.run_id, "links", rows("links", n))
        # what was loaded is written before the records that follow
        store.change_records([], removed=[])

    first, second = make_run("run-1"), make_run("run-2")
    with timing(server, "publish: records, memberships, links", n_elements, made):
        load_people(first)
    with timing(server, "publish: verify these and switch", n_elements, made):
        store.switch(first, expected_counts=expected, events=[])
    with timing(server, "publish: the same again, nothing differs", n_elements, made):
        load_people(second)
    with timing(server, "publish: shared attributes", n_uses + n // 6, made):
        store.load("run-2", "attribute_uses", rows("attribute_uses", n))
        store.change_records([], removed=[])
    with timing(server, "publish: bodies of records, 850 bytes each", n * 2, made):
        store.change_records(rows("bodies", n), removed=[])
    with timing(server, "publish: blocking keys, 6 a record (records indexed)", n, made):
        store.replace_blocking_keys(rows("blocking_keys", n))
    with timing(server, "publish: verify everything and switch", n * 5 + n_links + n_uses, made):
        more = {"attribute_uses": n_uses, "records": n, "blocking_keys": n * 6}
        store.switch(second, expected_counts=expected | more, events=[])


def import_offline(folder: Path, n: int, made: list[Timed]) -> None:
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
    made.append(
        Timed(
            "offline import, no index, nobody served",
            n * 2 + people(n) + count("links", n),
            seconds,
            _processor_s_of_children() - used,
        )
    )
    print(made[-1].line(made[0]), flush=True)


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
    n, made = given.records, list[Timed]()
    print(describe_machine())
    print(
        "| method | elements | seconds | elements/s | times naive | processor seconds of the"
        " server | its cores | elements a processor second |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_server(folder / "naive") as server:
            load_naively(server, n, made)
        (folder / "import").mkdir()
        import_offline(folder / "import", n, made)
        with a_server(folder / "ours") as server:
            settings = Neo4jSettings(server.address, USER, server.password, folder / "scratch")
            with Neo4jStore(settings) as store:
                publish(server, store, n, made)
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

"""Loads a million records with their links into Neo4j by several methods, and times reads.

    python -m benchmarks.neo4j_store [--records N] [--reads N]

Every method begins with an empty server, freshly started, whose own processor time is measured
beside the clock. Reads are by eight processes at once, on both stores, with and without a run
being built beside them.
"""

import argparse
import multiprocessing
import random
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
from models.tables import ATTRIBUTE_USES, BLOCKING_KEYS, MEMBERSHIPS, PREDICTIONS
from tests.contract.sample_runs import make_run
from tests.neo4j_server import USER, Neo4jServer

READERS = 8
NAIVE_ROWS = 10_000
LIMITS = Limits(link_weight=0.0)

_ID = "'c:' || lpad(({})::VARCHAR, 9, '0')"
_IDENTITY = "'id-' || lpad(({})::VARCHAR, 9, '0')"

# Five records to two identities; each record is linked to its neighbours; half give a phone that
# about three share.
TABLES: dict[str, tuple[pa.Schema, str]] = {
    "identities": (
        pa.schema([pa.field("identity_id", pa.string())]),
        f"SELECT {_IDENTITY.format('n')} AS identity_id FROM range(($n * 2 + 4) // 5) t(n)",
    ),
    "memberships": (
        MEMBERSHIPS,
        f"SELECT {_ID.format('n')} AS record_id, {_IDENTITY.format('n * 2 // 5')} AS identity_id"
        " FROM range($n) t(n)",
    ),
    "links": (
        PREDICTIONS,
        f"SELECT {_ID.format('n')} AS left_id, {_ID.format('n + step')} AS right_id,"
        " (hash(n, step) % 300) / 10.0 - 10 AS match_weight, 0::SMALLINT AS blocking_rule,"
        " 0.0::DOUBLE AS source_weight"
        " FROM range($n) t(n), range(1, 3) s(step)"
        " WHERE (n % 2 = 0 OR step = 1) AND n + step < $n",
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


def rows(table: str, n: int) -> Iterator[pa.RecordBatch]:
    """Make the rows of a table for n records, some at a time."""
    schema, sql = TABLES[table]
    for batch in duckdb.connect().execute(sql.replace("$n", str(n))).to_arrow_reader(50_000):
        yield batch.cast(schema)


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
            f" {times:.1f} | {cores:.2f} |"
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
    people = -(-n * 2 // 5)
    n_links = sum(batch.num_rows for batch in rows("links", n))
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

        with timing(
            server, "naive: 10,000-row UNWIND, one session", n * 2 + people + n_links, made
        ):
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
                " blocking_rule: row.blocking_rule}]->(r)",
                "links",
            )


def publish(server: Neo4jServer, store: Neo4jStore, n: int, made: list[Timed]) -> None:
    """The product's own way: verified and switched to."""
    run = make_run("run-1")
    people = -(-n * 2 // 5)
    n_links = sum(batch.num_rows for batch in rows("links", n))
    store.begin_run(run)
    with timing(server, "publish: records, memberships, links", n * 2 + people + n_links, made):
        store.load("run-1", "memberships", rows("memberships", n))
        store.load("run-1", "links", rows("links", n))
    n_uses = sum(batch.num_rows for batch in rows("attribute_uses", n))
    with timing(server, "publish: shared attributes", n_uses + n // 6, made):
        store.load("run-1", "attribute_uses", rows("attribute_uses", n))
    with timing(server, "publish: bodies of records, 850 bytes each", n * 2, made):
        store.change_records(rows("bodies", n), removed=[])
    with timing(server, "publish: blocking keys, 6 a record (records indexed)", n, made):
        store.replace_blocking_keys(rows("blocking_keys", n))
    with timing(server, "publish: verify everything and switch", n * 5 + n_links + n_uses, made):
        store.switch(run, expected_counts={"memberships": n, "links": n_links}, events=[])


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
        sql = TABLES[table][1].replace("$n", str(n))
        connection.execute(
            f"COPY (SELECT {columns} FROM ({sql})) TO '{folder}/{name}.csv' (HEADER)"
        )
    people = -(-n * 2 // 5)
    n_links = sum(batch.num_rows for batch in rows("links", n))
    with a_server(folder / "home", is_started=False) as server:
        began = time.perf_counter()
        server.administrate(
            "database", "import", "full", "neo4j", f"--nodes=Record={folder}/records.csv",
            f"--nodes=Identity={folder}/identities.csv",
            f"--relationships=BELONGS_TO={folder}/belongs.csv",
            f"--relationships=LINKED_TO={folder}/links.csv", "--overwrite-destination",
        )  # fmt: skip
        seconds = time.perf_counter() - began
    made.append(
        Timed("offline import, no index, nobody served", n * 2 + people + n_links, seconds, 0)
    )
    print(made[-1].line(made[0]), flush=True)


def read(open_store: Callable[[], Any], n: int, reads: int, seed: int, told: Any) -> None:
    """Read identities and networks at random; tell milliseconds of each."""
    chance = random.Random(seed)  # noqa: S311
    found: dict[str, list[float]] = {"identity": [], "network, two hops": []}
    with open_store() as store:
        for number in range(reads + 20):
            identity_id = f"id-{chance.randrange(n * 2 // 5):09}"
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
    """Build a run that nobody will switch to, until stopped; every link is another."""
    with open_store() as store:
        store.begin_run(make_run("run-2", started_at=make_run().started_at))
        changed = TABLES["links"][1].replace("- 10 AS", "- 11 AS")
        TABLES["links"] = (PREDICTIONS, changed)
        store.load("run-2", "links", rows("links", n))


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
        found = [told.get() for _ in readers]
        for reader in readers:
            reader.join()
        was_building = builder.is_alive()
        if beside:
            builder.kill()
            builder.join()
        for what in found[0]:
            times = sorted(ms for one in found for ms in one[what])
            p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
            state = ("yes" if was_building else "ended before the reads") if beside else "no"
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
    print("| method | elements | seconds | elements/s | times naive | cores the server used |")
    print("| --- | --- | --- | --- | --- | --- |")
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

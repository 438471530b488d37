"""What is known of a run while it is being built, and how its rows reach the server in parallel."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any

import neo4j
from neo4j.exceptions import ConstraintError

from graph.engine import Engine
from graph.neo4j.connections import Connections, Row, run
from graph.neo4j.queries import query_beside
from graph.workbench import Rows, Workbench
from models.errors import BackendUnavailableError

KINDS = ("record", "identity", "attribute")

_Work = Callable[[neo4j.ManagedTransaction, dict[str, Any]], list[Row]]


class RunBuild(Workbench):
    """One run being built.

    Its tables, each made when first needed:
        record_node, identity_node, attribute_node (id, node): where ids are in the graph.
        open_<table> (content_hash, element): what is there and has not ended.
        seen_<table> (place, content_hash): what the run being built holds; a place is taken once.
    """

    def __init__(
        self,
        connections: Connections,
        run_id: str,
        run_no: int,
        engine: Engine,
        *,
        is_resumed: bool,
    ) -> None:
        super().__init__(run_id, run_no, engine)
        self.is_resumed = is_resumed
        self.connections = connections
        [(element_id,)] = connections.read("element_prefix")
        database = element_id.split(":")[1]
        self.constants: dict[str, Any] = {
            "run": run_no,
            "nodes": f"4:{database}:",
            "relationships": f"5:{database}:",
            "layout_no": None,
        }

    def write(self, name: str, chunks: Iterable[Any], **parameters: Any) -> Iterator[list[Row]]:
        """Run a query for each chunk, several at a time; yield what each returned.

        A chunk is all parameters by name, or the parameter `rows`, or `ids` when it is a list of
        text.

        Raises:
            BackendUnavailableError: if another process began a run meanwhile.
        """
        filled = (self.constants | parameters | _parameters_of(chunk) for chunk in chunks)
        yield from self._in_lanes(lambda tx, chunk: run(tx, name, chunk), filled, name)

    def do(self, name: str, chunks: Iterable[Any], **parameters: Any) -> None:
        """Run a query for each chunk, several at a time."""
        for _ in self.write(name, chunks, **parameters):
            pass

    def hold(self) -> None:
        """Make sure that this run is still the one being built.

        Raises:
            BackendUnavailableError: if another process began a run meanwhile.
        """
        for _ in self._in_lanes(lambda *_: [], [{}]):
            pass

    def make_nodes(self, kind: str, ids: str) -> None:
        """Make nodes of ids that were looked for and not found, but for those that are noted.

        Args:
            kind: `attribute`; others are made with what belongs to them.
            ids: DuckDB query with the column `id`.
        """
        self._note_nodes(kind, ids, f"make_{kind}")

    def find_nodes(self, kind: str, ids: str) -> None:
        """Note where the nodes of these ids are, of those that have one; as for `make_nodes`."""
        if not self.has(f"{kind}_node"):
            self.create(f"{kind}_node", "id VARCHAR, node BIGINT")
        counts = dict(zip(KINDS, self.connections.read("count_nodes")[0], strict=True))
        if counts[kind]:
            self._note_nodes(kind, ids, f"find_{kind}")

    def _note_nodes(self, kind: str, ids: str, query_name: str) -> None:
        """Note where nodes are that a query makes or finds, for ids that were not noted yet."""
        nodes = f"{kind}_node"
        missing = self.rows(
            f"SELECT DISTINCT id FROM ({ids}) ANTI JOIN {nodes} USING (id) ORDER BY id",
            at_once=self.connections.settings.load_rows,
        )
        for found in self.write(query_name, ([row[0] for row in rows] for rows in missing)):
            self.append(nodes, [(text, int(place.rpartition(":")[2])) for text, place in found])

    def take_open(self, table: str, query_name: str) -> None:
        """Note what of a table is in the graph and has not ended, once."""
        name = f"open_{table}"
        if not self.has(name):
            streamed = self.connections.stream(query_name)
            self.create(
                name,
                "content_hash BIGINT, element BIGINT",
                ([(h, int(e.rpartition(":")[2])) for h, e in rows] for rows in streamed),
            )

    def end_unseen(self, table: str, query_name: str) -> None:
        """End what is in the graph and not in this run, and what is there twice."""
        unseen = self.rows(
            f"SELECT CAST(element AS VARCHAR) FROM open_{table} ANTI JOIN seen_{table}"
            f" USING (content_hash) UNION ALL SELECT CAST(element AS VARCHAR) FROM open_{table}"
            " QUALIFY row_number() OVER (PARTITION BY content_hash ORDER BY element) > 1",
            at_once=self.connections.settings.load_rows,
        )
        self.do(query_name, unseen)

    def _in_lanes(
        self,
        work: _Work,
        chunks: Iterable[dict[str, Any]],
        name: str | None = None,
    ) -> Iterator[list[Row]]:
        """Do some work on each chunk, each in a transaction that holds a lane to itself.

        Whoever begins another run ends all lanes: that waits for what is under way, and nothing
        of this run is written afterwards. A live write may make a node that the query `name` makes
        too: then it takes those that are there.
        """
        n_lanes = self.connections.settings.writers
        lanes: SimpleQueue[int] = SimpleQueue()
        for lane in range(1, n_lanes + 1):
            lanes.put(lane)

        def transact(
            tx: neo4j.ManagedTransaction, lane: int, chunk: dict[str, Any], work: _Work
        ) -> list[Row]:
            if not run(tx, "take_lane", {"lane": lane, "run_id": self.run_id}):
                raise BackendUnavailableError(
                    f"run {self.run_id!r} is no longer being built: another was begun"
                )
            return work(tx, chunk)

        def load(chunk: dict[str, Any]) -> list[Row]:
            lane = lanes.get()
            try:
                found: list[Row] = self.connections.write(
                    lambda tx: transact(tx, lane, chunk, work)
                )
            except BackendUnavailableError as error:
                if name is None or not isinstance(error.__cause__, ConstraintError):
                    raise
                found = self.connections.write(
                    lambda tx: transact(tx, lane, chunk, lambda *of: _run_beside(name, *of))
                )
            finally:
                lanes.put(lane)
            return found

        with ThreadPoolExecutor(n_lanes) as workers:
            under_way: set[Future[list[Row]]] = set()
            for chunk in chunks:
                under_way.add(workers.submit(load, chunk))
                if len(under_way) > n_lanes:
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            yield from (one.result() for one in under_way)


def _run_beside(name: str, tx: neo4j.ManagedTransaction, chunk: dict[str, Any]) -> list[Row]:
    """Run a query that makes nodes some of which were made by somebody else meanwhile."""
    return [tuple(record.values()) for record in tx.run(query_beside(name), chunk)]


def _parameters_of(chunk: Any) -> dict[str, Any]:
    if isinstance(chunk, dict):
        return chunk
    return {"ids" if chunk and isinstance(chunk[0], str) else "rows": chunk}


__all__ = ["Rows", "RunBuild"]

"""A workspace with a store in memory: records go in as rows, people come out as sets of ids."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models.decision import Decision
from models.identity import Run
from models.live_change import RecordChange
from models.match_model.package import MatchModelPackage
from models.provenance import IngestedFile, Segment
from models.record import Role, StoredRecord
from models.tables import MEMBERSHIPS, SOURCE_ATTRIBUTES, SOURCE_RECORDS
from models.workspace import Workspace
from resolution import pipeline
from resolution.engines.duckdb_engine import EngineLimits
from resolution.pipeline import Resolution
from resolution.standardise.standardise import standardise

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = EngineLimits(memory="1GB", spill="2GB", threads=2)


def quietly(stage: str, done: int, total: int) -> None:
    """Take in progress and say nothing."""


def numbered_ids(prefix: str = "id") -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers):06d}"


@dataclass
class Ledger:
    """The ports of a run, in memory: segments, decisions, and what was published last."""

    registered: list[Segment] = field(default_factory=list)
    in_force: list[Decision] = field(default_factory=list)
    served: Run | None = None
    served_memberships: pa.Table = field(default_factory=MEMBERSHIPS.empty_table)
    births: dict[str, int] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)

    def files(self) -> list[IngestedFile]:
        return [file for segment in self.registered for file in segment.files]

    def segments(self) -> list[Segment]:
        return list(self.registered)

    def live_changes(self, *, after: int) -> tuple[int, list[RecordChange]]:
        return after, []

    def register_segment(self, segment: Segment) -> None:
        assert segment.sequence == len(self.registered) + 1
        self.registered.append(segment)

    def memberships(self) -> Iterator[pa.RecordBatch]:
        yield from self.served_memberships.to_batches()

    def identity_births(self) -> pa.Table:
        ids = list(self.births)
        status = ["current" if one in self.standing else "superseded" for one in ids]
        births = pa.array([self.births[one] for one in ids], pa.int64())
        return pa.table({"identity_id": pa.array(ids, pa.string()), "birth": births,
                         "status": pa.array(status, pa.string())})  # fmt: skip

    def published_run(self) -> Run | None:
        return self.served

    def change_sequence(self) -> int:
        return len(self.events)

    def decisions(self) -> list[Decision]:
        return list(self.in_force)

    def publish(self, resolution: Resolution) -> None:
        """Serve a run from its files, as a store would."""
        folder = resolution.artefacts_folder
        self.served = replace(resolution.run, status="published")
        self.served_memberships = pq.read_table(folder / "memberships.parquet")
        self.standing = set(self.served_memberships["identity_id"].to_pylist())
        for event in pq.read_table(folder / "events.parquet").to_pylist():
            self.events.append(event)
            if event["kind"] == "created":
                self.births[event["identity_id"]] = len(self.events)


@dataclass
class World:
    """A workspace, its ledger, and the folders a run leaves."""

    workspace: Workspace
    ledger: Ledger = field(default_factory=Ledger)
    new_identity_id: Callable[[], str] = field(default_factory=numbered_ids)

    def deliver(self, rows: Sequence[dict[str, Any]], *, delivery: str = "delta",
                file_id: str | None = None, mapping_version: str = "m1") -> None:  # fmt: skip
        """Add one segment of source records, all of one source."""
        sequence = len(self.ledger.registered) + 1
        file_id = file_id or f"file-{sequence}"
        whole = [{**row, "file_id": file_id, "mapping_version": mapping_version} for row in rows]
        table = pa.Table.from_pylist(whole, schema=SOURCE_RECORDS)
        for folder, part in (
            (self.workspace.source_records, table),
            (self.workspace.standardised_records, standardise(table)),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(part, folder / f"{sequence:06d}.parquet")
        source = rows[0]["source"]
        held = IngestedFile(file_id, f"{file_id}.csv", source, mapping_version,
                            len(rows), len(rows), 0, 0)  # fmt: skip
        self.ledger.register_segment(Segment(sequence, source, delivery, NOON, (held,)))

    def resolve(self, package: MatchModelPackage) -> Resolution:
        return pipeline.resolve(
            workspace=self.workspace, log=self.ledger, history=self.ledger,
            decisions=self.ledger, package=package, new_identity_id=self.new_identity_id,
            clock=lambda: NOON, progress=quietly, limits=LIMITS,
        )  # fmt: skip

    def run(self, package: MatchModelPackage) -> Resolution:
        """Resolve and publish."""
        resolution = self.resolve(package)
        if not resolution.unchanged:
            self.ledger.publish(resolution)
        return resolution


def a_world(root: Path) -> World:
    return World(Workspace(root, root))


def a_record(record_id: str, *, role: str = "person", duplicate_free: bool = False,
             **attributes: Sequence[dict[str, Any]]) -> dict[str, Any]:  # fmt: skip
    """Return one row of SOURCE_RECORDS; what is not given is unknown."""
    source, _, own = record_id.partition(":")
    row: dict[str, Any] = {
        "record_id": record_id, "source": source, "source_record_id": own, "role": role,
        "duplicate_free": duplicate_free, "mapping_version": "m1", "file_id": "f1",
        "file_name": "rows.csv", "line": 2,
    }  # fmt: skip
    for attribute in SOURCE_ATTRIBUTES:
        row[attribute] = [{"raw_path": attribute, **one} for one in attributes.pop(attribute, ())]
    assert not attributes, f"no such attribute: {sorted(attributes)}"
    return row


def stored(rows: Iterable[dict[str, Any]]) -> dict[str, StoredRecord]:
    """Return rows of STANDARDISED_RECORDS as a store gives them."""
    return {row["record_id"]: StoredRecord(row["record_id"], Role(row["role"]), {}, row)
            for row in rows}  # fmt: skip


def read(resolution: Resolution, table: str) -> list[dict[str, Any]]:
    """Return the rows of one table of a run."""
    rows: list[dict[str, Any]] = pq.read_table(
        resolution.artefacts_folder / f"{table}.parquet"
    ).to_pylist()
    return rows


def groups(rows: Iterable[dict[str, Any]], key: str) -> set[frozenset[str]]:
    """Return the partition of record ids that a table of memberships or clusters holds."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[key], set()).add(row["record_id"])
    return {frozenset(members) for members in found.values()}


def partition(resolution: Resolution) -> set[frozenset[str]]:
    return groups(read(resolution, "clusters"), "cluster_id")

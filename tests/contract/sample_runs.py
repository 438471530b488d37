"""Small runs to publish: whatever a test does not name is left empty or made up."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from graph.golden_values import pack_warnings
from graph.record_layout import SOURCE_LAYOUT, STANDARDISED_LAYOUT
from graph.store import RECORD_BODIES
from models.identity import Run
from models.record import split_record_id
from models.tables import (
    ATTRIBUTE_USES,
    BLOCKING_KEYS,
    GOLDEN_RECORDS,
    IDENTITY_EVENTS,
    IDENTITY_QUALITY,
    MEMBERSHIPS,
    PREDICTIONS,
    RELATIONS,
    WATCHLIST_HITS,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_run(run_id: str = "run-1", **changes: Any) -> Run:
    whole: dict[str, Any] = {
        "run_id": run_id,
        "status": "building",
        "model_version": "model-1",
        "fingerprint": "f" * 64,
        "started_at": NOON,
        "finished_at": NOON + timedelta(minutes=5),
        "change_sequence": 0,
        "summary": {"records": 3},
    }
    return Run(**(whole | changes))


def event(identity_id: str, kind: str, related: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    return {
        "identity_id": identity_id,
        "kind": kind,
        "related_ids": list(related),
        "added_record_ids": [],
        "removed_record_ids": [],
        "cause": f"{kind} in a test",
    } | more


def golden(field_name: str, value: str, record_id: str, support: int = 1) -> dict[str, Any]:
    return {
        "field": field_name,
        "value": value,
        "record_id": record_id,
        "raw_path": field_name.upper(),
        "raw": value.lower(),
        "support": support,
    }


def body(record_id: str, role: str = "person", **source: Any) -> dict[str, Any]:
    name, own_id = split_record_id(record_id)
    key = {"record_id": record_id, "source": name, "source_record_id": own_id, "role": role}
    packed = SOURCE_LAYOUT.pack(key | source)
    return {
        "record_id": record_id,
        "content_hash": int.from_bytes(hashlib.sha256(packed.encode()).digest()[:7]),
        "role": role,
        "source_record": packed,
        "standardised": STANDARDISED_LAYOUT.pack({"standardiser_version": "1"}),
    }


@dataclass
class SampleRun:
    """What one run serves, as plain Python."""

    run: Run = field(default_factory=make_run)
    memberships: Mapping[str, str] = field(default_factory=dict)
    # left, right, match weight, rule, and what the sources tell where it is not 0
    links: Sequence[tuple[str, str, float, int] | tuple[str, str, float, int, float]] = ()
    golden_records: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    hits: Sequence[tuple[str, str, float, int]] = ()
    uses: Sequence[tuple[str, str, str]] = ()
    relations: Sequence[tuple[str, str, str]] = ()
    quality: Sequence[tuple[Any, ...]] = ()
    bodies: Sequence[dict[str, Any]] | None = None
    keys: Sequence[tuple[int, str]] = ()
    events: Sequence[dict[str, Any]] = ()

    def all_bodies(self) -> list[dict[str, Any]]:
        if self.bodies is not None:
            return list(self.bodies)
        ids = set(self.memberships) | {r for link in self.links for r in link[:2]}
        entries = {hit[0] for hit in self.hits}
        ids |= {use[0] for use in self.uses} | {r for said in self.relations for r in said[:2]}
        ids |= {hit[1] for hit in self.hits} | {r for _, r in self.keys} - entries
        return [body(i) for i in sorted(ids - entries)] + [
            body(i, "watchlist") for i in sorted(entries)
        ]

    def tables(self) -> dict[str, list[pa.RecordBatch]]:
        return {
            "memberships": batches(MEMBERSHIPS, self.memberships.items()),
            "links": batches(PREDICTIONS, [(*link, 0.0)[:5] for link in self.links]),
            "golden_records": batches(GOLDEN_RECORDS, self.golden_records.items()),
            "watchlist_hits": batches(WATCHLIST_HITS, self.hits),
            "attribute_uses": batches(ATTRIBUTE_USES, self.uses),
            "relations": batches(RELATIONS, self.relations),
            "identity_quality": batches(
                IDENTITY_QUALITY, [(*row[:-1], pack_warnings(row[-1])) for row in self.quality]
            ),
        }

    def counts(self) -> dict[str, int]:
        counts = {name: sum(map(len, given)) for name, given in self.tables().items()}
        return counts | {"records": len(self.all_bodies()), "blocking_keys": len(set(self.keys))}


def batches(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> list[pa.RecordBatch]:
    items = [dict(zip(schema.names, row, strict=True)) for row in rows]
    return [pa.RecordBatch.from_pylist(items, schema=schema)] if items else []


def change_records(store: Any, bodies: Iterable[dict[str, Any]]) -> int:
    """Make these the current records; return how many bodies had to be written."""
    served = {
        row["record_id"]: row["content_hash"]
        for batch in store.record_hashes()
        for row in batch.to_pylist()
    }
    current = {item["record_id"]: item for item in bodies}
    changed = [b for i, b in current.items() if served.get(i) != b["content_hash"]]
    removed = pa.RecordBatch.from_pydict({"record_id": sorted(served.keys() - current.keys())})
    written = batches(RECORD_BODIES, [list(item.values()) for item in changed])
    return int(store.change_records(written, removed=[removed] if removed.num_rows else []))


def stage(store: Any, sample: SampleRun) -> None:
    """Do everything of a publish but the switch."""
    store.begin_run(sample.run)
    for name, given in sample.tables().items():
        store.load(sample.run.run_id, name, given)
    change_records(store, sample.all_bodies())
    store.replace_blocking_keys(batches(BLOCKING_KEYS, sample.keys))


def switch(store: Any, sample: SampleRun, **expected: int) -> None:
    rows = [list(item.values()) for item in sample.events]
    store.switch(
        sample.run,
        expected_counts=sample.counts() | expected,
        events=batches(IDENTITY_EVENTS, rows),
    )


def publish_sample(store: Any, sample: SampleRun) -> None:
    stage(store, sample)
    switch(store, sample)

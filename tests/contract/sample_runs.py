"""Small runs to publish: whatever a test does not name is left empty or made up."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from models.identity import Run
from models.record import split_record_id
from models.tables import (
    BLOCKING_KEYS,
    GOLDEN_RECORDS,
    IDENTITY_EVENTS,
    MEMBERSHIPS,
    PREDICTIONS,
    WATCHLIST_HITS,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_BODIES = pa.schema(
    [(name, pa.string()) for name in ("record_id", "role", "source_record", "standardised")]
)


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


def body(record_id: str, role: str = "person", **source: Any) -> dict[str, str]:
    name, own_id = split_record_id(record_id)
    key = {"record_id": record_id, "source": name, "source_record_id": own_id, "role": role}
    return {
        "record_id": record_id,
        "role": role,
        "source_record": json.dumps(key | source),
        "standardised": json.dumps(key | {"standardiser_version": "1"}),
    }


@dataclass
class SampleRun:
    """What one run serves, as plain Python."""

    run: Run = field(default_factory=make_run)
    memberships: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[tuple[str, str, float, int]] = ()
    golden_records: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    hits: Sequence[tuple[str, str, float, int]] = ()
    bodies: Sequence[dict[str, str]] | None = None
    keys: Sequence[tuple[int, str]] = ()
    events: Sequence[dict[str, Any]] = ()

    def all_bodies(self) -> list[dict[str, str]]:
        if self.bodies is not None:
            return list(self.bodies)
        ids = set(self.memberships) | {r for link in self.links for r in link[:2]}
        entries = {hit[0] for hit in self.hits}
        ids |= {hit[1] for hit in self.hits} | {r for _, r in self.keys} - entries
        return [body(i) for i in sorted(ids)] + [body(i, "watchlist") for i in sorted(entries)]

    def tables(self) -> dict[str, list[pa.RecordBatch]]:
        return {
            "memberships": batches(MEMBERSHIPS, self.memberships.items()),
            "links": batches(PREDICTIONS, self.links),
            "golden_records": batches(GOLDEN_RECORDS, self.golden_records.items()),
            "watchlist_hits": batches(WATCHLIST_HITS, self.hits),
        }

    def counts(self) -> dict[str, int]:
        counts = {name: sum(map(len, given)) for name, given in self.tables().items()}
        return counts | {"records": len(self.all_bodies()), "blocking_keys": len(set(self.keys))}


def batches(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> list[pa.RecordBatch]:
    items = [dict(zip(schema.names, row, strict=True)) for row in rows]
    return [pa.RecordBatch.from_pylist(items, schema=schema)] if items else []


def stage(store: Any, sample: SampleRun) -> None:
    """Do everything of a publish but the switch."""
    store.begin_run(sample.run)
    for name, given in sample.tables().items():
        store.load(sample.run.run_id, name, given)
    rows = [list(item.values()) for item in sample.all_bodies()]
    store.replace_records(batches(_BODIES, rows))
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

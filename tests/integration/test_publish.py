"""Publishing from the files a run leaves, into a real store."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.publish import RunArtefacts, publish
from models.errors import BackendUnavailableError, InvalidInputError, RecordNotFoundError
from models.identity import Run
from models.tables import (
    BLOCKING_KEYS,
    GOLDEN_RECORDS,
    IDENTITY_EVENTS,
    MEMBERSHIPS,
    PREDICTIONS,
    SOURCE_RECORDS,
    STANDARDISED_RECORDS,
    WATCHLIST_HITS,
)
from tests.stores import Opener

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(open_in: Opener, tmp_path: Path) -> Iterator[Any]:
    with open_in(tmp_path) as store:
        yield store


def a_run(number: int) -> Run:
    return Run(
        run_id=f"run-{number}", status="building", model_version="m1", fingerprint="f",
        started_at=NOON, finished_at=NOON, change_sequence=0, summary={},
    )  # fmt: skip


def key_of(record_id: str, **changes: Any) -> dict[str, Any]:
    source, _, own_id = record_id.partition(":")
    whole = {
        "record_id": record_id, "source": source, "source_record_id": own_id,
        "role": "watchlist" if source == "w" else "person", "duplicate_free": False,
        "mapping_version": "m1", "file_id": "f1", "file_name": "one.csv", "line": 2,
    }  # fmt: skip
    return whole | changes


def source_row(record_id: str, name: str = "Ana", **changes: Any) -> dict[str, Any]:
    return key_of(record_id, **changes) | {"names": [{"kind": "primary", "full": name}]}


def standardised_row(record_id: str, name: str = "Ana", **changes: Any) -> dict[str, Any]:
    full = {"kind": "primary", "full": name.upper(), "tokens": name.upper().split(), "raw": name}
    return key_of(record_id, **changes) | {"standardiser_version": "1", "names": [full]}


def write(folder: Path, name: str, schema: pa.Schema, rows: list[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    columns = {field.name for field in schema if pa.types.is_list(field.type)}
    whole = [{name: [] for name in columns} | row for row in rows]
    pq.write_table(pa.Table.from_pylist(whole, schema=schema), path)
    return path


def artefacts(folder: Path, **rows: Any) -> RunArtefacts:
    """Write a small run: two records of one person, and an entry that resembles them."""
    names: Mapping[str, str] = rows.get("names", {"a:1": "Ana", "a:2": "Anna", "w:1": "ANA"})
    link = {"left_id": "a:1", "right_id": "a:2", "match_weight": 9.0, "blocking_rule": 0}
    link |= {"source_weight": 0.0}
    hit = {"entry_id": "w:1", "record_id": "a:1", "match_weight": 4.0, "blocking_rule": 1}
    value = {"field": "name", "value": "ANA", "record_id": "a:1", "raw_path": "N", "raw": "Ana",
             "support": 2}  # fmt: skip
    created = {"identity_id": "P1", "kind": "created", "cause": "first seen in run-1"}
    tables: dict[str, tuple[pa.Schema, list[dict[str, Any]]]] = {
        "standardised": (
            STANDARDISED_RECORDS,
            rows.get("standardised", [standardised_row(i, n) for i, n in names.items()]),
        ),
        "memberships": (
            MEMBERSHIPS, [{"record_id": i, "identity_id": "P1"} for i in ("a:1", "a:2")],
        ),
        "links": (PREDICTIONS, [link]),
        "golden_records": (GOLDEN_RECORDS, [{"identity_id": "P1", "values": [value]}]),
        "watchlist_hits": (WATCHLIST_HITS, [hit]),
        "blocking_keys": (BLOCKING_KEYS, [{"key": 7, "record_id": i} for i in names]),
        "events": (IDENTITY_EVENTS, rows.get("events", [created])),
    }  # fmt: skip
    segments = rows.get("segments", [[source_row(i, n) for i, n in names.items()]])
    paths = {n: write(folder, n, schema, given) for n, (schema, given) in tables.items()}
    return RunArtefacts(
        source_records=tuple(
            write(folder / "segments", f"{n:06}", SOURCE_RECORDS, given)
            for n, given in enumerate(segments, start=1)
        ),
        standardised_records=paths.pop("standardised"),
        **paths,
    )


def test_a_published_run_is_served_with_all_its_tables(store: Any, tmp_path: Path) -> None:
    counts = publish(store, a_run(1), artefacts(tmp_path / "run"), scratch=tmp_path / "scratch")

    assert counts == {
        "memberships": 2, "links": 1, "golden_records": 1, "watchlist_hits": 1, "records": 3,
        "blocking_keys": 3, "attribute_uses": 0, "relations": 0, "identity_quality": 1,
    }  # fmt: skip
    with store.view() as view:
        assert view.identity("P1").record_ids == ("a:1", "a:2")
        assert view.identity("P1").golden[0].support == 2
        record = view.record("a:2")
        assert record.source_record["names"][0]["full"] == "Anna"
        assert record.standardised["names"][0]["tokens"] == ["ANNA"]
        assert record.standardised["file_name"] == "one.csv"
        assert view.links_of("a:1", limit=5)[0].match_weight == 9.0
        assert view.hits_of(["w:1"])[0].record_id == "a:1"
        assert view.candidates([7], limit=5).record_ids == ("a:1", "a:2", "w:1")
        assert view.events_of("P1")[0].at == NOON


def test_every_stored_row_equals_the_row_in_the_file(store: Any, tmp_path: Path) -> None:
    made = artefacts(tmp_path / "run")
    publish(store, a_run(1), made, scratch=tmp_path / "scratch")
    source = pq.read_table(made.source_records[0]).to_pylist()
    standardised = pq.read_table(made.standardised_records).to_pylist()

    with store.view() as view:
        records = view.records(["a:1", "a:2", "w:1"])

    assert [dict(record.source_record) for record in records] == source
    assert [dict(record.standardised) for record in records] == standardised


def test_the_source_record_is_the_one_that_was_standardised(store: Any, tmp_path: Path) -> None:
    segments = [
        [source_row("a:1", "Old"), source_row("a:2", "Stays")],
        [source_row("a:1", "Current", file_id="f2")],
        [source_row("a:1", "Withdrawn", file_id="f3"), source_row("a:9", "Gone", file_id="f3")],
    ]
    current = [
        standardised_row("a:1", "Current", file_id="f2"),
        standardised_row("a:2", "Stays"),
        standardised_row("w:1"),
    ]
    segments[0].append(source_row("w:1"))
    made = artefacts(tmp_path / "run", segments=segments, standardised=current)

    publish(store, a_run(1), made, scratch=tmp_path / "scratch")

    with store.view() as view:
        assert view.record("a:1").source_record["names"][0]["full"] == "Current"
        assert view.record("a:2").source_record["names"][0]["full"] == "Stays"
        with pytest.raises(RecordNotFoundError):
            view.record("a:9")


def test_a_second_run_writes_only_the_records_that_changed(store: Any, tmp_path: Path) -> None:
    publish(store, a_run(1), artefacts(tmp_path / "one"), scratch=tmp_path / "scratch")
    writing = Counting(store)
    names = {"a:1": "Ana", "a:2": "Annabel", "a:3": "New", "w:1": "ANA"}

    second = artefacts(tmp_path / "two", names=names, events=[])
    publish(writing, a_run(2), second, scratch=tmp_path / "scratch")
    third = artefacts(tmp_path / "three", names=names, events=[])
    publish(writing, a_run(3), third, scratch=tmp_path / "scratch")

    assert writing.bodies_written == [2, 0]
    with store.view() as view:
        assert view.record("a:2").source_record["names"][0]["full"] == "Annabel"


class Counting:
    """A store that notes how many bodies each run had to write."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.bodies_written: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def change_records(self, changed: Any, *, removed: Any) -> int:
        self.bodies_written.append(self._store.change_records(changed, removed=removed))
        return self.bodies_written[-1]


def test_a_record_without_its_source_row_keeps_the_run_from_being_served(
    store: Any, tmp_path: Path
) -> None:
    publish(store, a_run(1), artefacts(tmp_path / "one"), scratch=tmp_path / "scratch")
    broken = artefacts(tmp_path / "two", segments=[[source_row("a:1"), source_row("w:1")]])

    with pytest.raises(BackendUnavailableError, match="records"):
        publish(store, a_run(2), broken, scratch=tmp_path / "scratch")

    with store.view() as view:
        assert view.run().run_id == "run-1"  # type: ignore[union-attr]
        assert view.record("a:2").record_id == "a:2"


def test_a_file_that_cannot_be_read_keeps_the_run_from_being_served(
    store: Any, tmp_path: Path
) -> None:
    publish(store, a_run(1), artefacts(tmp_path / "one"), scratch=tmp_path / "scratch")
    made = artefacts(tmp_path / "two")
    made.links.write_bytes(b"this is no Parquet")

    with pytest.raises(BackendUnavailableError):
        publish(store, a_run(2), made, scratch=tmp_path / "scratch")
    with pytest.raises(BackendUnavailableError):
        publish(
            store,
            a_run(2),
            replace(made, links=tmp_path / "missing.parquet"),
            scratch=tmp_path / "scratch",
        )

    with store.view() as view:
        assert view.run().run_id == "run-1"  # type: ignore[union-attr]


def test_publishing_a_run_again_is_refused_and_changes_nothing(store: Any, tmp_path: Path) -> None:
    made = artefacts(tmp_path / "run")
    publish(store, a_run(1), made, scratch=tmp_path / "scratch")

    with pytest.raises(InvalidInputError):
        publish(store, a_run(1), made, scratch=tmp_path / "scratch")

    assert len(store.events_after(0, limit=9)) == 1


def test_progress_is_told_to_the_end(store: Any, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    publish(
        store,
        a_run(1),
        artefacts(tmp_path / "run"),
        scratch=tmp_path / "scratch",
        progress=lambda *step: told.append(step),
    )

    assert [done for _, done, _ in told] == list(range(len(told)))
    assert told[-1][1] == told[-1][2]


def test_nothing_is_left_in_the_scratch_folder(store: Any, tmp_path: Path) -> None:
    publish(store, a_run(1), artefacts(tmp_path / "run"), scratch=tmp_path / "scratch")

    assert list((tmp_path / "scratch").iterdir()) == []

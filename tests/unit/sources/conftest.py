"""A workbench for readings: write files and a mapping, read, look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.provenance import IngestedFile
from models.tables import QUARANTINE, SOURCE_RECORDS
from resolution.sources.mapping import load_mapping
from resolution.sources.reading import read_source


@dataclass
class Read:
    """What a reading gave."""

    files: tuple[IngestedFile, ...]
    records: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]

    def record(self, key: str) -> dict[str, Any]:
        return next(each for each in self.records if each["source_record_id"] == key)

    @property
    def keys(self) -> list[str]:
        return [each["source_record_id"] for each in self.records]

    @property
    def reasons(self) -> list[str]:
        return [each["reason_code"] for each in self.quarantine]


@dataclass
class Workbench:
    root: Path
    mapping: dict[str, Any] = field(default_factory=dict)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(
        self,
        mapping: dict[str, Any],
        *,
        known: Sequence[IngestedFile] = (),
        max_line_bytes: int = 1 << 20,
        databases: dict[str, str] | None = None,
    ) -> Read:
        path = self.root / "mapping.yaml"
        path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
        with read_source(
            load_mapping(path),
            data_root=self.root / "data",
            known_files=known,
            scratch=self.root / "scratch",
            max_line_bytes=max_line_bytes,
            databases=databases,
        ) as reading:
            records, quarantine = list(reading.records()), list(reading.quarantine())
            assert all(batch.schema.equals(SOURCE_RECORDS) for batch in records)
            assert all(batch.schema.equals(QUARANTINE) for batch in quarantine)
            read = Read(
                reading.files,
                [row for batch in records for row in batch.to_pylist()],
                [row for batch in quarantine for row in batch.to_pylist()],
            )
        assert not list((self.root / "scratch").glob("*")), "scratch files are left"
        assert len(read.records) == sum(file.n_records for file in read.files)
        assert len(read.quarantine) == sum(file.n_quarantined for file in read.files)
        assert len(set(read.keys)) == len(read.keys)
        return read


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    (tmp_path / "data").mkdir()
    (tmp_path / "scratch").mkdir()
    return Workbench(tmp_path)


@pytest.fixture
def people() -> Callable[..., dict[str, Any]]:
    """Return a mapping of a small CSV source, with any field changed."""

    def build(**changed: Any) -> dict[str, Any]:
        mapping: dict[str, Any] = {
            "source": "people",
            "format": {"type": "csv"},
            "files": ["people*.csv"],
            "key": "ID",
            "record": {"names": [{"kind": {"value": "primary"}, "full": "NAME"}]},
        }
        return {**mapping, **changed}

    return build

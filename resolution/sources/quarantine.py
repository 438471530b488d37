"""Keeps the rows that readers could not read, on disk, until they are asked for."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from models.tables import QUARANTINE
from resolution.sources.rows import Reject

_ROWS_HELD = 5_000


class QuarantineFile:
    """Rejects in an Arrow file; bounded in memory however many there are.

    Attributes:
        counts: rejects by number of the file.
    """

    def __init__(self, path: Path, source: str, mapping_version: str) -> None:
        """Begin an empty file."""
        self._path = path
        self._stamp = {"source": source, "mapping_version": mapping_version}
        self._held: list[dict[str, object]] = []
        self._writer = pa.ipc.new_file(str(path), QUARANTINE)
        self.counts: Counter[int] = Counter()

    def add(self, reject: Reject, *, file_no: int, file_id: str, file_name: str) -> None:
        """Keep one reject."""
        self.counts[file_no] += 1
        self._held.append({
            **self._stamp,
            "file_id": file_id,
            "file_name": file_name,
            "line": reject.line,
            "byte_offset": reject.byte_offset,
            "reason_code": reject.reason_code,
            "reason": reject.reason,
            "field": None,
            "raw": reject.raw,
            "raw_bytes": reject.raw_bytes,
            "raw_sha256": reject.raw_sha256,
        })  # fmt: skip
        if len(self._held) >= _ROWS_HELD:
            self._write()

    def finish(self) -> None:
        """Write what is held; nothing may be added afterwards."""
        self._write()
        self._writer.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Return everything kept (schema QUARANTINE)."""
        with pa.OSFile(str(self._path)) as file:
            reader = pa.ipc.open_file(file)
            for at in range(reader.num_record_batches):
                yield reader.get_batch(at)

    def _write(self) -> None:
        if self._held:
            self._writer.write(pa.RecordBatch.from_pylist(self._held, QUARANTINE))
            self._held = []

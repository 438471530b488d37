"""What every reader gives: batches of raw rows, and the rows that could not be read."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

RAW_KEPT = 1024

# The columns before the data columns. row: 1-based position among all rows of the file, rejected
# ones included; line: where it begins; byte_offset: null when unknown.
POSITION = [
    pa.field("row", pa.int64()),
    pa.field("line", pa.int64()),
    pa.field("byte_offset", pa.int64()),
]

DOCUMENT = "doc"
"""The one data column of nested formats: the row as a JSON object."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read; everything of QUARANTINE that a reader knows."""

    line: int
    byte_offset: int | None
    reason_code: str
    reason: str
    raw: str
    raw_bytes: int
    raw_sha256: str

    @staticmethod
    def of(
        raw: bytes, *, line: int, byte_offset: int | None, reason_code: str, reason: str
    ) -> "Reject":
        """Make a reject of the bytes of a row."""
        return Reject(
            line=line,
            byte_offset=byte_offset,
            reason_code=reason_code,
            reason=reason,
            raw=raw[: RAW_KEPT * 4].decode("utf-8", "replace")[:RAW_KEPT],
            raw_bytes=len(raw),
            raw_sha256=hashlib.sha256(raw).hexdigest(),
        )


@dataclass(frozen=True, slots=True)
class RowStream:
    """The rows of one file, read as they are asked for.

    Attributes:
        fields: names of the data columns in order; None when rows are JSON documents.
        batches: POSITION, then one text column per field or DOCUMENT alone, in bounded batches;
            rejects between them; may be walked once.
    """

    fields: tuple[str, ...] | None
    batches: Iterator[pa.RecordBatch | Reject]

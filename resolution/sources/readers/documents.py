"""Gives the elements of one large JSON or XML document as rows, never holding the document."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from resolution.sources.rows import DOCUMENT, POSITION, RAW_KEPT, Reject, RowStream

_ROWS_PER_BATCH = 20_000
_BYTES_PER_BATCH = 8 << 20
# How much is read at a time; also how exactly the place of a break is known.
_CHUNK_BYTES = 1 << 14
_SCHEMA = pa.schema([*POSITION, pa.field(DOCUMENT, pa.string())])


class DocumentError(Exception):
    """The document cannot be read any further; the message says why."""


class MeteredFile:
    """A file that refuses to be read far beyond the last element that was completed.

    A parser holds an element until it ends, so one without end would fill the memory.

    Attributes:
        completed_at: the last element completed ends after this position.
    """

    def __init__(self, file: BinaryIO, max_element_bytes: int) -> None:
        """Begin at the start of a file."""
        self._file = file
        self._limit = max_element_bytes
        self._position = 0
        self._since_element = 0
        self.completed_at = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; fewer than asked for.

        Raises:
            DocumentError: if the element being read is longer than is allowed.
        """
        if self._since_element > self._limit + _CHUNK_BYTES:
            raise DocumentError(f"an element is longer than the {self._limit} bytes allowed")
        chunk = self._file.read(_CHUNK_BYTES if size < 0 else min(size, _CHUNK_BYTES))
        self._since_element += len(chunk)
        self._position += len(chunk)
        return chunk

    def element_completed(self) -> None:
        """Begin to count anew."""
        self._since_element = 0
        self.completed_at = max(0, self._position - _CHUNK_BYTES)


def document_rows(path: Path, elements: Iterator[Any], metered: MeteredFile) -> RowStream:
    """Give elements as rows; where the document breaks off, one reject stands for the rest.

    Args:
        path: the document.
        elements: its elements in order; raises DocumentError where the document is broken.
        metered: what the elements are read from.
    """
    return RowStream(None, _Elements(path, metered).batches(elements))


class _Elements:
    """Collects elements to batches."""

    def __init__(self, path: Path, metered: MeteredFile) -> None:
        self._path = path
        self._metered = metered
        self._rows: list[int] = []
        self._texts: list[str] = []
        self._n_bytes = 0

    def batches(self, elements: Iterator[Any]) -> Iterator[pa.RecordBatch | Reject]:
        n_rows = 0
        try:
            for n_rows, element in enumerate(elements, start=1):
                text = _as_text(element)
                if text is None:
                    yield _not_a_record(element, n_rows)
                    continue
                self._rows.append(n_rows)
                self._texts.append(text)
                self._n_bytes += len(text)
                if len(self._rows) >= _ROWS_PER_BATCH or self._n_bytes >= _BYTES_PER_BATCH:
                    yield self._batch()
        except DocumentError as error:
            yield self._rest(n_rows + 1, str(error))
        if self._rows:
            yield self._batch()

    def _batch(self) -> pa.RecordBatch:
        rows, texts = pa.array(self._rows, pa.int64()), pa.array(self._texts, pa.string())
        offsets = pa.nulls(len(rows), pa.int64())
        self._rows, self._texts, self._n_bytes = [], [], 0
        return pa.RecordBatch.from_arrays([rows, rows, offsets, texts], schema=_SCHEMA)

    def _rest(self, row: int, reason: str) -> Reject:
        """Set aside what follows the last element that was completed."""
        offset = self._metered.completed_at
        digest, length, first = hashlib.sha256(), 0, b""
        with self._path.open("rb") as file:
            file.seek(offset)
            while chunk := file.read(1 << 20):
                first = first or chunk[: RAW_KEPT * 4]
                digest.update(chunk)
                length += len(chunk)
        return Reject(
            line=row,
            byte_offset=offset,
            reason_code="broken_document",
            reason=f"the document cannot be read beyond element {row - 1}: {reason}",
            raw=first.decode("utf-8", "replace")[:RAW_KEPT],
            raw_bytes=length,
            raw_sha256=digest.hexdigest(),
        )


def _as_text(element: Any) -> str | None:
    """Write an element as JSON; None when it is no object or holds what is no text."""
    if not isinstance(element, dict):
        return None
    try:
        text = json.dumps(element, ensure_ascii=False, default=str)
        text.encode()
    except (RecursionError, UnicodeEncodeError):
        return None
    return None if "\\u0000" in text else text


def _not_a_record(element: Any, row: int) -> Reject:
    return Reject.of(
        repr(element)[: 1 << 20].encode("utf-8", "replace")
        if not isinstance(element, dict)
        else "; ".join(map(str, element)).encode("utf-8", "replace"),
        line=row,
        byte_offset=None,
        reason_code="invalid_element",
        reason="the element is no object, is nested too deeply, or holds NUL characters",
    )

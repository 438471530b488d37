"""Reads one JSON document whose records stand in an array, element by element."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from models.errors import InvalidInputError
from resolution.sources.formats import JsonFormat
from resolution.sources.readers.documents import (
    DocumentError,
    MeteredFile,
    document_rows,
)
from resolution.sources.readers.nesting import MAX_DEPTH, Nesting
from resolution.sources.rows import RowStream

_BOM = b"\xef\xbb\xbf"


def read_json_document(path: Path, form: JsonFormat, max_element_bytes: int) -> RowStream:
    """Read the elements of the array at `records`, or the one object that stands there.

    Raises:
        InvalidInputError: if the file is empty or not UTF-8, or nothing stands at `records`.
    """
    with path.open("rb") as file:
        first = file.read(4)
    if b"\0" in first:
        raise InvalidInputError(f"{path.name} is not UTF-8, as JSON must be: save it as UTF-8")
    file = path.open("rb")
    file.seek(len(_BOM) if first.startswith(_BOM) else 0)
    metered = MeteredFile(file, max_element_bytes)
    return document_rows(path, _elements(path, form.records, file, metered), metered)


def _elements(path: Path, records: str, file: BinaryIO, metered: MeteredFile) -> Iterator[Any]:
    """Return the elements; the file is closed at their end."""
    array = f"{records}.item" if records else "item"
    is_found = False
    with file:
        for prefix in (array, records):
            for element in _parsed(metered, prefix):
                is_found = True
                if prefix == array or isinstance(element, dict):
                    yield element
            if is_found:
                return
            # No element: the place may hold an empty array, or one object; look again.
            file.seek(0)
            metered.element_completed()
            if file.read(len(_BOM)) != _BOM:
                file.seek(0)
    raise InvalidInputError(
        f"{path.name} has nothing at `records: {records}`: write the path to the array of records"
    )


def _parsed(metered: MeteredFile, prefix: str) -> Iterator[Any]:
    elements = ijson.items(_ShallowFile(metered), prefix, buf_size=1 << 14)
    try:
        for element in elements:
            metered.element_completed()
            yield element
    except ijson.JSONError as error:
        raise DocumentError(f"it is not valid JSON there ({_brief(error)})") from error


class _ShallowFile:
    """A document that is read up to where it nests too deeply."""

    def __init__(self, metered: MeteredFile) -> None:
        self._metered = metered
        self._nesting = Nesting()
        self._is_too_deep = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            DocumentError: where the document nests too deeply.
        """
        if self._is_too_deep:
            raise DocumentError(f"it is nested more than {MAX_DEPTH} deep")
        piece = self._metered.read(size)
        part = self._nesting.shallow_part(piece)
        self._is_too_deep = len(part) < len(piece)
        return part or self.read(size) if self._is_too_deep else part


def _brief(error: ijson.JSONError) -> str:
    """Keep the kind of error only: the parser's message quotes the document."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return text.splitlines()[0].strip() if text else "unreadable"

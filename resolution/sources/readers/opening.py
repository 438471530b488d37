"""Chooses the reader for a format."""

from pathlib import Path

from resolution.sources.mapping_language import CsvFormat, Format
from resolution.sources.readers.delimited import read_delimited
from resolution.sources.rows import RowStream


def open_rows(path: Path, form: Format, max_line_bytes: int) -> RowStream:
    """Read the rows of one file.

    Raises:
        InvalidInputError: if the file as a whole cannot be read.
    """
    if isinstance(form, CsvFormat):
        return read_delimited(path, form, max_line_bytes)
    raise NotImplementedError(form.type)

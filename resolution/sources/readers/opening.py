"""Chooses the reader for a format."""

from pathlib import Path

from models.errors import InvalidInputError
from resolution.sources.formats import (
    CsvFormat,
    Format,
    JsonFormat,
    JsonLinesFormat,
    ParquetFormat,
    XmlFormat,
)
from resolution.sources.readers.delimited import read_delimited
from resolution.sources.readers.json_document import read_json_document
from resolution.sources.readers.json_lines import read_json_lines
from resolution.sources.readers.mistaken import refuse_other_kinds
from resolution.sources.readers.tables import read_parquet
from resolution.sources.readers.xml_document import read_xml_document
from resolution.sources.rows import RowStream


def refuse_unusable(path: Path, form: Format) -> None:
    """Refuse a file that is empty, or begins as no file of its format does.

    Raises:
        InvalidInputError: saying what to do.
    """
    if path.stat().st_size == 0:
        raise InvalidInputError(f"{path.name} is empty: deliver it again, or take it away")
    if not isinstance(form, ParquetFormat):
        refuse_other_kinds(path)


def open_rows(path: Path, form: Format, max_line_bytes: int) -> RowStream:
    """Read the rows of one file.

    Raises:
        InvalidInputError: if the file as a whole cannot be read.
    """
    refuse_unusable(path, form)
    match form:
        case CsvFormat():
            return read_delimited(path, form, max_line_bytes)
        case JsonLinesFormat():
            return read_json_lines(path, form, max_line_bytes)
        case JsonFormat():
            return read_json_document(path, form, max_line_bytes)
        case XmlFormat():
            return read_xml_document(path, form, max_line_bytes)
        case ParquetFormat():
            return read_parquet(path)
    raise InvalidInputError(f"{form.type} is not a format of files")

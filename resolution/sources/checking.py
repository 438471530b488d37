"""Looks at how the files of a mapping begin, to say early what would stop their reading."""

from pathlib import Path

from models.errors import InvalidInputError
from resolution.sources.files import matching_files
from resolution.sources.formats import CsvFormat, ParquetFormat
from resolution.sources.mapping import SourceMapping
from resolution.sources.mapping_language import Entry
from resolution.sources.readers.opening import open_rows, refuse_unusable
from resolution.sources.reading import DEFAULT_MAX_LINE_BYTES
from resolution.sources.staging import check_columns


def check_files(mapping: SourceMapping, data_root: Path) -> list[str]:
    """Return a text for every present file that cannot be read as a whole; rows are not looked at.

    Each says what to do, as the error does that reading the file would end with.
    """
    problems = []
    for entry in mapping.entries:
        for path in matching_files(data_root, entry.files):
            name = path.relative_to(data_root.resolve()).as_posix()
            try:
                _look_at(path, name, mapping, entry)
            except InvalidInputError as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(f"cannot read {name}: {error.strerror}")
    return problems


def _look_at(path: Path, name: str, mapping: SourceMapping, entry: Entry) -> None:
    refuse_unusable(path, entry.format)
    if isinstance(entry.format, CsvFormat | ParquetFormat):
        fields = open_rows(path, entry.format, DEFAULT_MAX_LINE_BYTES).fields
        if fields is not None:
            check_columns(mapping, entry, fields, name)

"""Knows files that are of another kind than their mapping says, by how they begin."""

from pathlib import Path

from models.errors import InvalidInputError
from resolution.sources.formats import CsvFormat, Format

# How files begin that nobody means to have read as text; from the formats' own specifications.
_BEGINNINGS = (
    (b"\x1f\x8b\x08", "is compressed by gzip: unpack it first"),
    (b"BZh", "is compressed by bzip2: unpack it first"),
    (b"\xfd7zXZ\x00", "is compressed by xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed by Zstandard: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive: unpack it first"),
    (b"PK\x03\x04", "is an Excel workbook or a ZIP archive: save the sheet as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "is an old Office document: save the sheet as CSV"),
    (b"SQLite format 3\x00", "is a SQLite database: write `format: {type: database, ...}`"),
    (b"%PDF-", "is a PDF: ask the source for its data"),
    (b"PAR1", "is a Parquet file: write `format: {type: parquet}`"),
)
_CONTROL = bytes(range(9)) + bytes(range(14, 32))
_LIKELY_DELIMITERS = ("\t", ";", "|", ",")


def refuse_other_kinds(path: Path) -> None:
    """Refuse a file that begins as no text does.

    Raises:
        InvalidInputError: saying what it is and what to do.
    """
    with path.open("rb") as file:
        first = file.read(512)
    for beginning, advice in _BEGINNINGS:
        # "PAR1" or "BZh" may be the title of a column; but text has no control characters.
        is_sure = len(beginning) > 4 or first.translate(None, _CONTROL) != first
        if first.startswith(beginning) and is_sure:
            raise InvalidInputError(f"{path.name} {advice}")


def advice_on_delimiter(form: Format, titles: tuple[str, ...]) -> str:
    """Return what to write if the titles look as if parted by something else; else nothing."""
    if not isinstance(form, CsvFormat):
        return ""
    others = [one for one in _LIKELY_DELIMITERS if one != form.delimiter]
    counts = [sum(title.count(one) for title in titles) for one in others]
    if max(counts) < len(titles):
        return ""
    written = others[counts.index(max(counts))].replace("\t", "\\t")
    return f'. If they are parted by "{written}", write `delimiter: "{written}"`'

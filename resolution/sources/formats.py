"""The formats a source may come in, as the mapping language names them."""

import codecs
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from resolution.sources.paths import parse_path

Texts = tuple[str, ...]


class Strict(BaseModel):
    """A part of a mapping: it never changes, and an unknown field in it is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def is_known_encoding(name: str) -> bool:
    """Tell whether text can be read in this encoding."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _checked_encoding(name: str) -> str:
    if not is_known_encoding(name):
        raise ValueError(f"{name!r} is no text encoding; write utf-8, windows-1252, utf-16, ...")
    return name


class CsvFormat(Strict):
    """Separated text; fields may be quoted and quoted fields may hold line ends."""

    type: Literal["csv"]
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    columns: Texts = ()

    _encoding = field_validator("encoding")(_checked_encoding)

    @model_validator(mode="after")
    def _usable(self) -> "CsvFormat":
        if len(self.delimiter) != 1 or self.delimiter in "\r\n" or ord(self.delimiter) > 126:
            raise ValueError('write one ASCII character as delimiter, such as ";" or "\\t"')
        if len(self.quote) > 1 or (self.quote and not "!\"#$%&'*/^`|~".count(self.quote)):
            raise ValueError("write one quote character, or '' when fields are never quoted")
        if self.quote == self.delimiter:
            raise ValueError("the delimiter and the quote must differ")
        if self.header == bool(self.columns):
            raise ValueError(
                "write either `header: true`, or `header: false` with `columns: [...]`"
            )
        return self


class JsonLinesFormat(Strict):
    """One JSON object on each line."""

    type: Literal["json_lines"]
    encoding: str = "utf-8"

    _encoding = field_validator("encoding")(_checked_encoding)


class JsonFormat(Strict):
    """One JSON document holding an array of records; `records` is the path to it."""

    type: Literal["json"]
    records: str = ""

    @field_validator("records")
    @classmethod
    def _plain(cls, given: str) -> str:
        if given and not all(isinstance(step, str) for step in parse_path(given)):
            raise ValueError("write names with dots, such as data.people")
        return given


class XmlFormat(Strict):
    """An XML document; `record` is the name of the element that is one record."""

    type: Literal["xml"]
    record: str = Field(min_length=1)


class ParquetFormat(Strict):
    """A Parquet file; nested columns are read as nested JSON."""

    type: Literal["parquet"]


class DatabaseFormat(Strict):
    """A query on a database whose address is kept in the settings under a name."""

    type: Literal["database"]
    connection: str = Field(min_length=1)
    query: str = Field(min_length=1)


Format = Annotated[
    CsvFormat | JsonLinesFormat | JsonFormat | XmlFormat | ParquetFormat | DatabaseFormat,
    Field(discriminator="type"),
]
NESTED_FORMATS = {"json_lines", "json", "xml", "parquet"}

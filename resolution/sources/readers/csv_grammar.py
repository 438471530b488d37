"""What a row of separated text looks like, told to two engines: RE2 for the many, re for the one.

A field that begins with a quote ends with one, and holds quotes doubled. A quote elsewhere in a
field is a character like any other. A carriage return may stand within quotes only.
"""

import re
from enum import Enum


class RowState(Enum):
    """What the text of one or more lines is, read as a row."""

    COMPLETE = "complete"
    OPEN = "open"  # its last field is quoted and goes on
    BROKEN = "broken"  # something follows a closing quote, or a carriage return stands unquoted


class CsvGrammar:
    """Rows with a given delimiter and quote; an empty quote means fields are never quoted."""

    def __init__(self, delimiter: str, quote: str) -> None:
        """Build the patterns once."""
        self._quote = quote.encode()
        self._unclosed: re.Pattern[bytes] | None = None
        d, q = re.escape(delimiter), re.escape(quote)
        if quote:
            quoted, plain = f"{q}(?:[^{q}]|{q}{q})*{q}", f"[^{d}{q}\\r][^{d}\\r]*|"
            self._field_re2 = f"(?:{quoted}|{plain})"
            field = f"{q}(?:[^{q}]|{q}{q})*+{q}(?={d}|\\Z)|(?!{q})[^{d}\\r]*+(?={d}|\\Z)"
            self._unclosed = re.compile(f"{q}(?:[^{q}]|{q}{q})*+".encode(), re.DOTALL)
        else:
            self._field_re2 = f"[^{d}\\r]*"
            field = f"[^{d}\\r]*+(?={d}|\\Z)"
        self._field = re.compile(field.encode(), re.DOTALL)
        self._delimiter_re2 = d

    def row_pattern(self, n_columns: int) -> str:
        """Return an RE2 pattern of a whole row, with or without its line end."""
        more = f"(?:{self._delimiter_re2}{self._field_re2}){{{n_columns - 1}}}"
        return f"(?s)\\A{self._field_re2}{more}\\r?\\n?\\z"

    def read(self, text: bytes) -> tuple[RowState, list[bytes]]:
        """Say what a text without its line end is, and return its complete fields, unquoted."""
        fields: list[bytes] = []
        at = 0
        while True:
            found = self._field.match(text, at)
            if found is None:
                is_open = self._unclosed is not None and self._unclosed.fullmatch(text, at)
                return (RowState.OPEN if is_open else RowState.BROKEN), fields
            fields.append(self._unquoted(found[0]))
            at = found.end()
            if at == len(text):
                return RowState.COMPLETE, fields
            at += 1

    def _unquoted(self, field: bytes) -> bytes:
        quote = self._quote
        if quote and field.startswith(quote):
            return field[1:-1].replace(quote * 2, quote)
        return field

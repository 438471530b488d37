"""Tells rows from lines: joins the lines of quoted fields, sets broken lines aside."""

from dataclasses import dataclass, field

import pyarrow.compute as pc

from resolution.sources.readers.csv_grammar import CsvGrammar, RowState
from resolution.sources.readers.text_rows import DecodedLines, is_blank
from resolution.sources.rows import Reject

# A quoted field may hold line ends. When a line within it would itself be a whole row of this
# many columns or more, a quote was rather left open, and only the line that opens it is broken.
_COLUMNS_THAT_TELL_A_ROW = 4
# How many lines may try to find their closing quote on the same line; bounds hostile input.
_TRIES_PER_CLOSING_LINE = 8

_NOTHING, _ROW, _REJECT = 0, 1, 2


@dataclass(slots=True)
class CutLines:
    """What each line of a block is.

    Attributes:
        kinds: per line, whether nothing, a row or a reject begins there.
        joined: the text of rows of several lines, by their first line.
        waiting_from: the line from which on more of the file is needed; None when none is.
    """

    kinds: bytearray
    joined: dict[int, bytes] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    waiting_from: int | None = None


class RowCutter:
    """Cuts the rows of one file."""

    def __init__(self, grammar: CsvGrammar, quote: str, n_columns: int, max_row_bytes: int) -> None:
        """Build the check of whole rows once."""
        self._grammar = grammar
        self._quote = quote.encode()
        self._n_columns = n_columns
        self._max_row_bytes = max_row_bytes
        self._whole_row = grammar.row_pattern(n_columns)

    def cut(self, decoded: DecodedLines, *, is_last: bool) -> CutLines:
        """Say what every line is; `is_last` when no more of the file follows."""
        is_row = pc.match_substring_regex(decoded.array(), self._whole_row)
        kinds = bytearray(is_row.to_pylist())
        for at in self._suspects(decoded, kinds):
            kinds[at] = _NOTHING
        cut = CutLines(kinds)
        if not all(kinds):
            _BrokenLines(self, decoded, cut, is_last=is_last).sort_out()
        return cut

    def _suspects(self, decoded: DecodedLines, kinds: bytearray) -> list[int]:
        """Return lines that look whole and must be looked at none the less."""
        if self._n_columns == 1 or b"\0" in decoded.block.text:
            return [
                at
                for at, line in enumerate(decoded.lines)
                if kinds[at] and (b"\0" in line or is_blank(line))
            ]
        return []


class _BrokenLines:
    """Looks one by one at the lines of a block that are no rows by themselves."""

    def __init__(
        self, cutter: RowCutter, decoded: DecodedLines, cut: CutLines, *, is_last: bool
    ) -> None:
        self._cutter = cutter
        self._decoded = decoded
        self._cut = cut
        self._is_last = is_last
        self._is_whole = bytes(cut.kinds)
        self._tries: dict[int, int] = {}
        self._next_odd, self._next_whole = self._landmarks()

    def sort_out(self) -> None:
        """Decide every line that is not a whole row."""
        passed = 0
        for at, is_whole in enumerate(self._is_whole):
            if is_whole or at < passed:
                continue
            passed = self._sort_out_line(at)
            if self._cut.waiting_from is not None:
                return

    def _sort_out_line(self, at: int) -> int:
        """Decide one line; return the first line after the row it begins, if it begins one."""
        line = self._decoded.lines[at]
        if at in self._decoded.undecodable:
            self._reject(at, "undecodable", "these bytes are no text in the file's encoding: "
                         "check `encoding` in the mapping")  # fmt: skip
        elif b"\0" in line:
            self._reject(at, "nul_byte", "the row holds NUL bytes: it is damaged, or the file is "
                         "UTF-16 and the mapping does not say so")  # fmt: skip
        elif not is_blank(line):
            state, fields = self._cutter._grammar.read(line.removesuffix(b"\r"))
            if state is RowState.OPEN:
                return self._join(at)
            if state is RowState.BROKEN and b"\r" in line.removesuffix(b"\r"):
                self._reject(at, "stray_carriage_return", "a carriage return stands within the "
                             "row: quote the field that holds it")  # fmt: skip
            elif state is RowState.BROKEN:
                self._reject_broken(at)
            else:
                self._reject(at, "wrong_column_count", f"the row has {len(fields)} columns and "
                             f"{self._cutter._n_columns} are expected: quote fields that hold "
                             "the delimiter")  # fmt: skip
        return at + 1

    def _join(self, at: int) -> int:
        """Find the line that closes what line `at` opens, and make one row of all between."""
        end = self._next_odd[at + 1]
        lines = self._decoded.lines
        if self._is_row_between(at, end):
            self._reject_broken(at)
            return at + 1
        if end == len(lines):
            held = sum(len(line) + 1 for line in lines[at:])
            if self._is_last or held > self._cutter._max_row_bytes:
                self._reject_broken(at)
            else:
                self._cut.waiting_from = at
            return at + 1
        self._tries[end] = self._tries.get(end, 0) + 1
        text = b"\n".join(lines[at : end + 1]).removesuffix(b"\r")
        if self._tries[end] > _TRIES_PER_CLOSING_LINE or not self._is_row(at, end, text):
            self._reject_broken(at)
            return at + 1
        self._cut.joined[at] = text
        self._cut.kinds[at : end + 1] = bytes([_ROW]) + bytes(end - at)
        return end + 1

    def _is_row_between(self, at: int, end: int) -> bool:
        tells = self._cutter._n_columns >= _COLUMNS_THAT_TELL_A_ROW
        return tells and self._next_whole[at + 1] < end

    def _is_row(self, at: int, end: int, text: bytes) -> bool:
        if b"\0" in text or len(text) > self._cutter._max_row_bytes:
            return False
        if any(line in self._decoded.undecodable for line in range(at, end + 1)):
            return False
        state, fields = self._cutter._grammar.read(text)
        return state is RowState.COMPLETE and len(fields) == self._cutter._n_columns

    def _landmarks(self) -> tuple[list[int], list[int]]:
        """Return, from each line on, the next one with an odd number of quotes and the next row."""
        lines, quote = self._decoded.lines, self._cutter._quote
        next_odd, next_whole = [len(lines)] * (len(lines) + 1), [len(lines)] * (len(lines) + 1)
        for at in range(len(lines) - 1, -1, -1):
            is_odd = bool(quote) and lines[at].count(quote) % 2 == 1
            next_odd[at] = at if is_odd else next_odd[at + 1]
            next_whole[at] = at if self._is_whole[at] else next_whole[at + 1]
        return next_odd, next_whole

    def _reject_broken(self, at: int) -> None:
        self._reject(at, "broken_quotes", "a quote is opened and not closed, or text follows a "
                     "closing quote: double the quotes within a field")  # fmt: skip

    def _reject(self, at: int, reason_code: str, reason: str) -> None:
        self._cut.kinds[at] = _REJECT
        self._cut.rejects.append(self._decoded.reject(at, reason_code, reason))

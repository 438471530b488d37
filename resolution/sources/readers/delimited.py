"""Reads separated text (CSV): good rows in batches, broken ones as rejects, none lost."""

from collections.abc import Generator, Iterator
from itertools import accumulate, chain, compress
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from models.errors import InvalidInputError
from resolution.sources.formats import CsvFormat
from resolution.sources.readers.csv_grammar import CsvGrammar, RowState
from resolution.sources.readers.lines import LineBlock, LineFile
from resolution.sources.readers.row_cutter import CutLines, RowCutter
from resolution.sources.readers.text_rows import DecodedLines, is_blank, position_arrays
from resolution.sources.rows import POSITION, Reject, RowStream

MAX_COLUMNS = 1000  # RE2, which checks the rows, repeats at most 1,000 times

_Pieces = Iterator[LineBlock | Reject]


def read_delimited(path: Path, form: CsvFormat, max_line_bytes: int) -> RowStream:
    """Read separated text.

    Raises:
        InvalidInputError: if the file is empty, or its header cannot be read.
    """
    file = LineFile(path, form.encoding, max_line_bytes)
    columns, pieces = form.columns, file.blocks()
    if form.header:
        columns, pieces = _header(file, form, pieces)
    if len(columns) > MAX_COLUMNS:
        raise InvalidInputError(
            f"{path.name} has over {MAX_COLUMNS} columns: is the delimiter {form.delimiter!r}?"
        )
    return RowStream(columns, _Rows(file, form, len(columns)).batches(pieces))


def _header(file: LineFile, form: CsvFormat, pieces: _Pieces) -> tuple[tuple[str, ...], _Pieces]:
    """Take the first line that is not blank as header; return its columns and what follows."""
    for piece in pieces:
        if isinstance(piece, Reject):
            raise InvalidInputError(f"{file.path.name}: the header is unusable: {piece.reason}")
        passed = 0
        for at, line in enumerate(piece.text.split(b"\n")):
            passed += len(line) + 1
            if is_blank(line):
                continue
            offset = None if piece.offset is None else piece.offset + passed
            rest = LineBlock(piece.text[passed:], piece.number + at + 1, offset)
            has_rest = passed <= len(piece.text)
            return _titles(file, form, line), chain([rest] if has_rest else [], pieces)
    raise InvalidInputError(f"{file.path.name} is empty: not even a header line")


def _titles(file: LineFile, form: CsvFormat, line: bytes) -> tuple[str, ...]:
    text = file.decoded(line)
    if text is None:
        raise InvalidInputError(
            f"the header of {file.path.name} is not {form.encoding}: "
            "write the file's `encoding` in the mapping"
        )
    state, titles = CsvGrammar(form.delimiter, form.quote).read(text.removesuffix(b"\r"))
    if state is not RowState.COMPLETE:
        raise InvalidInputError(f"the header of {file.path.name} has broken quotes")
    named = (title.decode().strip() for title in titles)
    return tuple(title or f"column {n}" for n, title in enumerate(named, start=1))


class _Rows:
    """Gives the rows of one file batch by batch."""

    def __init__(self, file: LineFile, form: CsvFormat, n_columns: int) -> None:
        self._file = file
        self._form = form
        grammar = CsvGrammar(form.delimiter, form.quote)
        self._cutter = RowCutter(grammar, form.quote, n_columns, file.max_line_bytes)
        self._n_rows = 0
        self._names = [f"c{at}" for at in range(n_columns)]
        self._schema = pa.schema(POSITION + [pa.field(name, pa.string()) for name in self._names])

    def batches(self, pieces: _Pieces) -> Iterator[pa.RecordBatch | Reject]:
        """Return the rows of all lines."""
        waiting: LineBlock | None = None
        for piece in pieces:
            if isinstance(piece, Reject):
                if waiting is not None:
                    waiting = yield from self._rows(waiting, is_last=True)
                self._n_rows += 1
                yield piece
            elif waiting is None:
                waiting = yield from self._rows(piece, is_last=False)
            else:
                text = waiting.text + b"\n" + piece.text
                joined = LineBlock(text, waiting.number, waiting.offset)
                waiting = yield from self._rows(joined, is_last=False)
        if waiting is not None:
            yield from self._rows(waiting, is_last=True)

    def _rows(
        self, block: LineBlock, *, is_last: bool
    ) -> Generator[pa.RecordBatch | Reject, None, LineBlock | None]:
        """Give the rows of a block; return its end if a quoted field goes on after it."""
        decoded = DecodedLines.of(block, self._file)
        cut = self._cutter.cut(decoded, is_last=is_last)
        yield from cut.rejects
        waiting = None
        if cut.waiting_from is not None:
            waiting = LineBlock(
                b"\n".join(decoded.raw[cut.waiting_from :]),
                block.number + cut.waiting_from,
                decoded.offset(cut.waiting_from),
            )
            cut.kinds[cut.waiting_from :] = b""
        if 1 in cut.kinds:
            yield self._batch(decoded, cut)
        self._n_rows += len(cut.kinds) - cut.kinds.count(0)
        return waiting

    def _batch(self, decoded: DecodedLines, cut: CutLines) -> pa.RecordBatch:
        is_row = [kind == 1 for kind in cut.kinds]
        lines = decoded.lines
        if cut.joined:
            lines = [cut.joined.get(at, line) for at, line in enumerate(lines)]
        number, offsets = decoded.block.number, decoded.offsets()
        ordinals = accumulate(map(bool, cut.kinds), initial=self._n_rows)
        next(ordinals)
        positions = position_arrays(
            list(compress(ordinals, is_row)),
            list(compress(range(number, number + len(is_row)), is_row)),
            None if offsets is None else list(compress(offsets, is_row)),
        )
        fields = self._fields(b"\n".join(compress(lines, is_row)) + b"\n")
        if fields.num_rows != len(positions[0]):
            raise AssertionError("the check of whole rows and the CSV parser disagree")
        columns = [column.combine_chunks() for column in fields.columns]
        return pa.RecordBatch.from_arrays([*positions, *columns], schema=self._schema)

    def _fields(self, text: bytes) -> pa.Table:
        quote = self._form.quote or False
        return pa_csv.read_csv(
            pa.BufferReader(text),
            pa_csv.ReadOptions(column_names=self._names, block_size=len(text) + 1),
            pa_csv.ParseOptions(
                delimiter=self._form.delimiter, quote_char=quote, double_quote=bool(quote),
                newlines_in_values=True, ignore_empty_lines=False,
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()),
                strings_can_be_null=False, check_utf8=False,
            ),
        )  # fmt: skip

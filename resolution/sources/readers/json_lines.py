"""Reads JSON lines: one object on each line, in batches; lines that are none as rejects."""

from collections.abc import Iterator
from itertools import accumulate, compress
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from resolution.sources.formats import JsonLinesFormat
from resolution.sources.readers.lines import LineFile
from resolution.sources.readers.nesting import MAX_DEPTH, Nesting
from resolution.sources.readers.text_rows import DecodedLines, is_blank, position_arrays
from resolution.sources.rows import DOCUMENT, POSITION, Reject, RowStream

_SCHEMA = pa.schema([*POSITION, pa.field(DOCUMENT, pa.string())])
_NOTHING, _ROW, _REJECT = 0, 1, 2
# Escaped NUL characters are valid JSON and no text that a store can hold.
_IS_OBJECT = (
    "SELECT CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' "
    "AND NOT contains(line, '\\u0000') ELSE false END AS is_object FROM lines"
)


def read_json_lines(path: Path, form: JsonLinesFormat, max_line_bytes: int) -> RowStream:
    """Read JSON lines.

    Raises:
        InvalidInputError: if the file is empty.
    """
    file = LineFile(path, form.encoding, max_line_bytes)
    return RowStream(None, _batches(file))


def _batches(file: LineFile) -> Iterator[pa.RecordBatch | Reject]:
    n_rows = 0
    with duckdb.connect(":memory:", config={"threads": 1}) as judge:
        for piece in file.blocks():
            if isinstance(piece, Reject):
                n_rows += 1
                yield piece
                continue
            decoded = DecodedLines.of(piece, file)
            kinds = _kinds(decoded, judge)
            yield from _rejects(decoded, kinds)
            if _ROW in kinds:
                yield _batch(decoded, kinds, n_rows)
            n_rows += len(kinds) - kinds.count(_NOTHING)


def _kinds(decoded: DecodedLines, judge: duckdb.DuckDBPyConnection) -> bytearray:
    """Say what every line is."""
    lines = decoded.array().cast(pa.large_string())
    is_shallow = [not _is_too_deep(line) for line in decoded.lines]
    if not all(is_shallow):
        lines = pc.if_else(pa.array(is_shallow), lines, pa.scalar("", pa.large_string()))
    judge.register("lines", pa.table({"line": lines}))
    found = judge.execute(_IS_OBJECT).to_arrow_table().column(0).to_pylist()
    kinds = bytearray(_ROW if is_object else _REJECT for is_object in found)
    if _REJECT in kinds:
        for at, line in enumerate(decoded.lines):
            if kinds[at] == _REJECT and is_blank(line) and at not in decoded.undecodable:
                kinds[at] = _NOTHING
    return kinds


def _is_too_deep(line: bytes) -> bool:
    """Tell whether a line nests so deeply that whoever reads it would run out of stack."""
    if len(line) <= MAX_DEPTH or line.count(b"{") + line.count(b"[") <= MAX_DEPTH:
        return False
    return Nesting().shallow_part(line) != line


def _rejects(decoded: DecodedLines, kinds: bytearray) -> Iterator[Reject]:
    at = kinds.find(_REJECT)
    while at >= 0:
        if at in decoded.undecodable:
            yield decoded.reject(
                at, "undecodable", "these bytes are no text in the file's encoding: "
                "check `encoding` in the mapping",
            )  # fmt: skip
        else:
            yield decoded.reject(
                at,
                "invalid_json",
                "the line is not one JSON object, is nested too deeply, or holds NUL characters",
            )
        at = kinds.find(_REJECT, at + 1)


def _batch(decoded: DecodedLines, kinds: bytearray, n_rows: int) -> pa.RecordBatch:
    is_row = [kind == _ROW for kind in kinds]
    number, offsets = decoded.block.number, decoded.offsets()
    ordinals = accumulate(map(bool, kinds), initial=n_rows)
    next(ordinals)
    positions = position_arrays(
        list(compress(ordinals, is_row)),
        list(compress(range(number, number + len(is_row)), is_row)),
        None if offsets is None else list(compress(offsets, is_row)),
    )
    documents = pa.array(compress(decoded.lines, is_row), pa.binary()).cast(pa.string())
    return pa.RecordBatch.from_arrays([*positions, documents], schema=_SCHEMA)

"""Makes rows of blocks of lines: the part that CSV and JSON lines share."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa

from resolution.sources.readers.lines import LineBlock, LineFile
from resolution.sources.rows import POSITION, Reject

_BLANK = (b"", b"\x1a")  # 0x1A ended files under DOS


def is_blank(line: bytes) -> bool:
    """Tell whether a line holds nothing, so that it is no row at all."""
    return line.strip() in _BLANK


@dataclass(frozen=True, slots=True)
class DecodedLines:
    """The lines of a block as UTF-8, with what is needed to say where each stands.

    Attributes:
        raw: each line as it stands in the file.
        lines: each line in UTF-8; empty for one that could not be decoded.
        undecodable: positions of the lines that are no text in the file's encoding.
    """

    block: LineBlock
    raw: list[bytes]
    lines: list[bytes]
    undecodable: frozenset[int]

    @staticmethod
    def of(block: LineBlock, file: LineFile) -> "DecodedLines":
        """Decode a block at once, and line by line only when something in it is no text."""
        raw = block.text.split(b"\n")
        decoded = file.decoded(block.text)
        if decoded is not None:
            lines = raw if decoded is block.text else decoded.split(b"\n")
            return DecodedLines(block, raw, lines, frozenset())
        each = [file.decoded(line) for line in raw]
        undecodable = frozenset(at for at, line in enumerate(each) if line is None)
        return DecodedLines(block, raw, [line or b"" for line in each], undecodable)

    def array(self) -> pa.LargeBinaryArray:
        """Return the lines, each with its line feed, as one Arrow array."""
        text = b"\n".join(self.lines)
        ends = array("q", accumulate((len(line) + 1 for line in self.lines), initial=0))
        ends[-1] = len(text)
        return pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(self.lines), [None, pa.py_buffer(ends), pa.py_buffer(text)]
        )

    def offsets(self) -> list[int] | None:
        """Return where each line begins in the file."""
        if self.block.offset is None:
            return None
        lengths = (len(line) + 1 for line in self.raw)
        return list(accumulate(lengths, initial=self.block.offset))[:-1]

    def offset(self, at: int) -> int | None:
        """Return where one line begins in the file."""
        if self.block.offset is None:
            return None
        return self.block.offset + sum(len(line) + 1 for line in self.raw[:at])

    def reject(self, at: int, reason_code: str, reason: str) -> Reject:
        """Set one line aside."""
        return Reject.of(
            self.raw[at] if at in self.undecodable else self.lines[at].rstrip(b"\r"),
            line=self.block.number + at,
            byte_offset=self.offset(at),
            reason_code=reason_code,
            reason=reason,
        )


def position_arrays(
    rows: Sequence[int], lines: Sequence[int], offsets: Sequence[int] | None
) -> list[pa.Array]:
    """Return the columns of POSITION."""
    if offsets is None:
        return [pa.array(rows, pa.int64()), pa.array(lines, pa.int64()),
                pa.nulls(len(rows), pa.int64())]  # fmt: skip
    return [pa.array(each, field.type) for each, field in
            zip((rows, lines, offsets), POSITION, strict=True)]  # fmt: skip

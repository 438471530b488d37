"""Cuts a file into lines in bounded memory, however long a line is."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import InvalidInputError
from resolution.sources.rows import RAW_KEPT, Reject

CHUNK_BYTES = 4 << 20
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Stands for bytes that are no text in the file's encoding until they are looked for: a lone
# surrogate, whose UTF-8 form is refused by every decoder.
_UNDECODABLE = "\udcff"


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Consecutive whole lines in the file's bytes, without the last line feed.

    Attributes:
        number: 1-based number of the first line.
        offset: where the first line begins in the file; None when transcoding hid it.
    """

    text: bytes
    number: int
    offset: int | None


class LineFile:
    """A text file as lines of bytes.

    Encodings in which the bytes of line feeds and quotes mean nothing else (UTF-8 and almost all
    others) are cut as they are and decoded afterwards; the rest (UTF-16, UTF-32, EBCDIC) are
    transcoded first, and positions in bytes are then unknown.
    """

    def __init__(self, path: Path, encoding: str, max_line_bytes: int) -> None:
        """Look at the file's beginning; refuse an empty file and a wrong encoding early."""
        self.path = path
        self.max_line_bytes = max_line_bytes
        self._codec = codecs.lookup("utf-8" if encoding.lower() == "utf-8-sig" else encoding)
        self._skip = self._byte_order_mark()
        self.is_cut_as_is = _holds_ascii(self._codec.name)

    def blocks(self) -> Iterator[LineBlock | Reject]:
        """Return the lines in order; a line over the limit comes as a reject in its place."""
        number, offset, carry = 1, self._skip, b""
        chunks = self._chunks()
        for chunk in chunks:
            held = carry + chunk
            cut = held.rfind(b"\n")
            if cut >= 0:
                yield from self._block(held[:cut], number, offset)
                number, offset = number + held.count(b"\n", 0, cut) + 1, offset + cut + 1
                carry = held[cut + 1 :]
            elif len(held) <= self.max_line_bytes:
                carry = held
            else:
                reject, carry = self._over_long(held, chunks, number, offset)
                yield reject
                number, offset = number + 1, offset + reject.raw_bytes + 1
        if carry:
            yield from self._block(carry.removesuffix(b"\n"), number, offset)

    def decoded(self, text: bytes) -> bytes | None:
        """Return bytes of the file as UTF-8; None when they are no text in its encoding."""
        try:
            if not self.is_cut_as_is or self._codec.name == "utf-8":
                text.decode("utf-8")
                return text
            return text.decode(self._codec.name).encode("utf-8")
        except UnicodeError:
            return None

    def _block(self, text: bytes, number: int, offset: int) -> Iterator[LineBlock | Reject]:
        """Take over-long lines out of a block; almost none can have any."""
        if len(text) <= self.max_line_bytes:
            yield LineBlock(text, number, offset if self.is_cut_as_is else None)
            return
        begun: list[bytes] = []
        for at, line in enumerate(text.split(b"\n")):
            if len(line) <= self.max_line_bytes:
                begun.append(line)
                continue
            if begun:
                yield from self._joined(begun, number + at, offset)
            offset += sum(map(len, begun)) + len(begun)
            begun = []
            digest = hashlib.sha256(line).hexdigest()
            yield self._reject(line[:RAW_KEPT], len(line), digest, number + at, offset)
            offset += len(line) + 1
        if begun:
            yield from self._joined(begun, number + text.count(b"\n") + 1, offset)

    def _joined(self, lines: list[bytes], next_number: int, offset: int) -> Iterator[LineBlock]:
        known = offset if self.is_cut_as_is else None
        yield LineBlock(b"\n".join(lines), next_number - len(lines), known)

    def _over_long(
        self, begun: bytes, chunks: Iterator[bytes], number: int, offset: int
    ) -> tuple[Reject, bytes]:
        """Pass over a line that is too long to hold; return it and what follows it."""
        digest, length, rest = hashlib.sha256(begun), len(begun), b""
        for chunk in chunks:
            end = chunk.find(b"\n")
            part = chunk if end < 0 else chunk[:end]
            digest.update(part)
            length += len(part)
            if end >= 0:
                rest = chunk[end + 1 :]
                break
        return self._reject(begun[:RAW_KEPT], length, digest.hexdigest(), number, offset), rest

    def _reject(self, first: bytes, length: int, digest: str, number: int, offset: int) -> Reject:
        return Reject(
            line=number,
            byte_offset=offset if self.is_cut_as_is else None,
            reason_code="line_too_long",
            reason=f"the line is {length} bytes long; {self.max_line_bytes} are allowed",
            raw=first.decode("utf-8", "replace")[:RAW_KEPT],
            raw_bytes=length,
            raw_sha256=digest,
        )

    def _chunks(self) -> Iterator[bytes]:
        """Return the file in chunks, line ends of old Macintosh files made line feeds."""
        is_macintosh: bool | None = None
        for chunk in self._transcoded():
            if is_macintosh is None:
                is_macintosh = b"\n" not in chunk and b"\r" in chunk
            yield chunk.replace(b"\r", b"\n") if is_macintosh else chunk

    def _transcoded(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(self._skip)
            if self.is_cut_as_is:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
                return
            codecs.register_error("identigraph_mark", _mark_undecodable)
            decoder = codecs.getincrementaldecoder(self._codec.name)("identigraph_mark")
            is_last = False
            while not is_last:
                chunk = file.read(CHUNK_BYTES)
                is_last = not chunk
                text = decoder.decode(chunk, is_last)
                if text:
                    yield text.encode("utf-8", "surrogatepass")

    def _byte_order_mark(self) -> int:
        """Return how many bytes to pass over at the beginning."""
        with self.path.open("rb") as file:
            first = file.read(4)
        if not first:
            raise InvalidInputError(f"{self.path.name} is empty: not even a header line")
        if self._codec.name == "utf-8" and first.startswith(codecs.BOM_UTF8):
            return len(codecs.BOM_UTF8)
        for bom, encoding in _BOMS:
            if first.startswith(bom) and _holds_ascii(self._codec.name):
                raise InvalidInputError(
                    f"{self.path.name} begins as {encoding.upper()}, and the mapping says "
                    f"{self._codec.name}: write `encoding: {encoding}`"
                )
        return 0


def _holds_ascii(codec: str) -> bool:
    """Tell whether each ASCII byte stands for itself, so that line feeds can be cut by."""
    ascii_bytes = bytes(range(128))
    try:
        return ascii_bytes.decode(codec) == ascii_bytes.decode("ascii")
    except UnicodeError:
        return False


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _UNDECODABLE, error.end

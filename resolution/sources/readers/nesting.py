"""Tells how deeply the text of a JSON document nests, before a parser sees it.

A parser holds the whole path to where it is, and so, level by level, the square of the depth: a
hundred thousand brackets, which are as many bytes, would fill any memory.
"""

import re
from itertools import accumulate

MAX_DEPTH = 500

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_REST_OF_STRING = re.compile(rb'(?:[^"\\]|\\.)*+"', re.DOTALL)
# As signed bytes: +1 for what opens a level, -1 for what closes one.
_STEPS = bytes.maketrans(b"{[}]", b"\x01\x01\xff\xff")
_OTHERS = bytes(set(range(256)) - set(b"{[}]"))


class Nesting:
    """Follows the depth of a document through pieces of any size."""

    def __init__(self) -> None:
        """Begin outside of everything."""
        self._depth = 0
        self._is_in_string = False
        self._is_escaped = False

    def shallow_part(self, piece: bytes) -> bytes:
        """Return the next piece up to where it would nest too deeply: nearly always all of it."""
        before = self._depth, self._is_in_string, self._is_escaped
        if self._take(piece) <= MAX_DEPTH:
            return piece
        whole = len(piece)
        shallow, deep = 0, whole
        while deep - shallow > 1:  # how long the part may be, to the byte
            middle = (shallow + deep) // 2
            self._depth, self._is_in_string, self._is_escaped = before
            if self._take(piece[:middle]) <= MAX_DEPTH:
                shallow = middle
            else:
                deep = middle
        return piece[:shallow]

    def _take(self, piece: bytes) -> int:
        """Follow a piece; return how deep it went."""
        piece = self._after_string(piece)
        if not piece:
            return self._depth
        outside = _STRING.sub(b"", piece)
        opened = outside.find(b'"')
        if opened >= 0:
            self._is_in_string = True
            self._is_escaped = _ends_escaping(outside[opened + 1 :])
            outside = outside[:opened]
        steps = memoryview(outside.translate(_STEPS, _OTHERS)).cast("b")
        depths = list(accumulate(steps, initial=self._depth))
        self._depth = depths[-1]
        return max(depths)

    def _after_string(self, piece: bytes) -> bytes:
        """Return what of a piece comes after the text that is still open."""
        if not self._is_in_string or not piece:
            return piece
        start = 1 if self._is_escaped else 0
        end = _REST_OF_STRING.match(piece, start)
        if end is None:
            self._is_escaped = _ends_escaping(piece[start:])
            return b""
        self._is_in_string = self._is_escaped = False
        return piece[end.end() :]


def _ends_escaping(text: bytes) -> bool:
    """Tell whether the next character is escaped: an odd number of backslashes ends the text."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1

"""What DuckDB's scalar functions give, in Python, null for null and digit for digit.

Generated code calls these. Each is held to DuckDB itself by tests on arbitrary values. Text is
compared and sorted as DuckDB does, by UTF-8 bytes, which is the order of Python's code points.
"""

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Levenshtein

_jaro_winkler = JaroWinkler.similarity
_levenshtein = Levenshtein.distance
_damerau_levenshtein = DamerauLevenshtein.distance


def jaro_winkler_similarity(left: str | None, right: str | None) -> float | None:
    """Compare bytes, as DuckDB does; nothing is like an empty text."""
    if left is None or right is None:
        return None
    if not left or not right:
        return 0.0
    if left.isascii() and right.isascii():
        return _jaro_winkler(left, right)
    return _jaro_winkler(left.encode(), right.encode())


def levenshtein(left: str | None, right: str | None) -> int | None:
    """Count edits of bytes."""
    if left is None or right is None:
        return None
    if left.isascii() and right.isascii():
        return _levenshtein(left, right)
    return _levenshtein(left.encode(), right.encode())


def damerau_levenshtein(left: str | None, right: str | None) -> int | None:
    """Count edits of bytes, two neighbours changed over being one."""
    if left is None or right is None:
        return None
    if left.isascii() and right.isascii():
        return _damerau_levenshtein(left, right)
    return _damerau_levenshtein(left.encode(), right.encode())


def compare(
    holds: Callable[[Any, Any], bool],
) -> Callable[[Any, Any], bool | None]:
    """Return a comparison that is null where a side is."""

    def compared(left: Any, right: Any) -> bool | None:
        return None if left is None or right is None else holds(left, right)

    return compared


eq = compare(operator.eq)
neq = compare(operator.ne)
lt = compare(operator.lt)
lte = compare(operator.le)
gt = compare(operator.gt)
gte = compare(operator.ge)


def is_true(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Return a comparison that is false where a side is null."""

    def compared(left: Any, right: Any) -> bool:
        return left is not None and right is not None and holds(left, right)

    return compared


true_eq = is_true(operator.eq)
true_neq = is_true(operator.ne)
true_lt = is_true(operator.lt)
true_lte = is_true(operator.le)
true_gt = is_true(operator.gt)
true_gte = is_true(operator.ge)


def is_not_in(value: Any, among: tuple[Any, ...]) -> bool:
    """Tell whether `value in (...)` is false, which of null it is not."""
    return value is not None and value not in among


def arithmetic(
    calculate: Callable[[Any, Any], Any],
) -> Callable[[Any, Any], Any]:
    """Return a calculation that is null where a side is."""

    def calculated(left: Any, right: Any) -> Any:
        return None if left is None or right is None else calculate(left, right)

    return calculated


add = arithmetic(operator.add)
subtract = arithmetic(operator.sub)
multiply = arithmetic(operator.mul)
divide = arithmetic(operator.truediv)
concatenate = arithmetic(operator.add)


def negate(value: Any) -> Any:
    """Return the negative."""
    return None if value is None else -value


def absolute(value: Any) -> Any:
    """Return the size without the sign."""
    return None if value is None else abs(value)


def divide_whole(left: int | None, right: int | None) -> int | None:
    """Divide whole numbers towards zero; null by zero."""
    if left is None or right is None or right == 0:
        return None
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def first_known(*values: Any) -> Any:
    """Coalesce."""
    for value in values:
        if value is not None:
            return value
    return None


def greatest(*values: Any) -> Any:
    """Return the greatest; nulls are passed over."""
    return max((value for value in values if value is not None), default=None)


def least(*values: Any) -> Any:
    """Return the least; nulls are passed over."""
    return min((value for value in values if value is not None), default=None)


def null_if(value: Any, same: Any) -> Any:
    """Return null where both are the same."""
    return None if value is not None and value == same else value


def as_text(value: Any) -> str | None:
    """Cast text or a whole number to text."""
    return None if value is None else str(value)


def length(value: Any) -> int | None:
    """Count code points, or elements."""
    return None if value is None else len(value)


def character(text: str | None, place: int | None) -> str | None:
    """Return the character at a place, from 1 or, negative, from the end; empty beyond."""
    if text is None or place is None:
        return None
    at = place - 1 if place > 0 else len(text) + place
    return text[at] if place and 0 <= at < len(text) else ""


def element(values: Sequence[Any] | None, place: int | None) -> Any:
    """Return the element at a place, from 1 or, negative, from the end; null beyond."""
    if values is None or not place:
        return None
    at = place - 1 if place > 0 else len(values) + place
    return values[at] if 0 <= at < len(values) else None


def sliced(value: Any, first: int | None, last: int | None) -> Any:
    """Return a part of text or of a list, both ends included, from 1 or from the end."""
    if value is None or first is None or last is None:
        return None
    start = first - 1 if first > 0 else max(0, len(value) + first) if first < 0 else 0
    end = last if last >= 0 else len(value) + last + 1
    return value[start : max(end, 0)]


def sliced_from(value: Any, first: int | None) -> Any:
    """Return the rest of text or of a list from a place on."""
    return None if value is None else sliced(value, first, len(value))


def field(struct: Any, name: str) -> Any:
    """Return a field of a struct."""
    return None if struct is None else struct[name]


def split(text: str | None, separator: str) -> list[str] | None:
    """Part a text at every separator."""
    return None if text is None else text.split(separator)


def split_part(text: str | None, separator: str, place: int) -> str | None:
    """Return one part of a text, from 1 or, negative, from the end; empty beyond."""
    if text is None:
        return None
    parts = text.split(separator)
    at = place - 1 if place > 0 else len(parts) + place
    return parts[at] if place and 0 <= at < len(parts) else ""


def position(text: str | None, part: str | None) -> int | None:
    """Return where a part first stands in a text, from 1; 0 if nowhere."""
    return None if text is None or part is None else text.find(part) + 1


def matches(pattern: str, text: str | None) -> bool | None:
    """Tell whether a pattern matches some part of a text."""
    return None if text is None else re.search(pattern, text) is not None


def concat_ws(separator: str, *values: str | None) -> str:
    """Join what is not null."""
    return separator.join(value for value in values if value is not None)

"""What DuckDB's functions of lists give, in Python; nulls among elements included."""

from collections.abc import Callable, Sequence
from typing import Any

_List = Sequence[Any]


def has_any(left: _List | None, right: _List | None) -> bool | None:
    """Tell whether two lists share an element; null is none."""
    if left is None or right is None:
        return None
    for value in left:  # noqa: SIM110  # any() takes twice as long, and this is called most
        if value in right and value is not None:
            return True
    return False


def contains(values: _List | None, value: Any) -> bool | None:
    """Tell whether a list holds a value; null where either is null."""
    return None if values is None or value is None else value in values


def intersect(left: _List | None, right: _List | None) -> list[Any] | None:
    """Return the distinct elements that two lists share; null only where the left one is."""
    if left is None or right is None:
        return None if left is None else []
    return [one for one in dict.fromkeys(left) if one is not None and one in right]


def place_of(values: _List | None, value: Any) -> int | None:
    """Return where a value first stands, from 1; null if nowhere."""
    if values is None or value not in values:
        return None
    return values.index(value) + 1


def distinct(values: _List | None) -> list[Any] | None:
    """Return the distinct elements but null; their order means nothing."""
    return None if values is None else [one for one in dict.fromkeys(values) if one is not None]


def sort(values: _List | None) -> list[Any] | None:
    """Return the elements from the least, nulls last."""
    if values is None:
        return None
    known = sorted(one for one in values if one is not None)
    return known + [None] * (len(values) - len(known))


def distinct_sorted(values: _List | None) -> list[Any] | None:
    """Return the distinct elements but null, from the least."""
    if not values:
        return None if values is None else []
    if len(values) == 1:
        return [] if values[0] is None else list(values)
    known = set(values)
    known.discard(None)
    return sorted(known)


def concatenate_lists(*lists: _List | None) -> list[Any]:
    """Put lists one after another; a null list is empty."""
    return [one for values in lists if values is not None for one in values]


def flatten(lists: Sequence[_List | None] | None) -> list[Any] | None:
    """Put the lists of a list one after another."""
    return None if lists is None else concatenate_lists(*lists)


def greatest_of(values: _List | None) -> Any:
    """Return the greatest element; null if all are null or there is none."""
    return None if values is None else max((x for x in values if x is not None), default=None)


def least_of(values: _List | None) -> Any:
    """Return the least element; null if all are null or there is none."""
    return None if values is None else min((x for x in values if x is not None), default=None)


def sum_of(values: _List | None) -> Any:
    """Add up from the first to the last, without the compensation of Python's own sum."""
    total = None
    for value in values or ():
        if value is not None:
            total = value if total is None else total + value
    return total


def any_true(values: _List | None) -> bool | None:
    """Tell whether an element is true; null if none is known."""
    known = [value for value in values or () if value is not None]
    return any(known) if known else None


def join(values: _List | None, separator: str) -> str | None:
    """Join what is not null; null if there are elements and all are null."""
    if values is None:
        return None
    known = [value for value in values if value is not None]
    return separator.join(known) if known or not values else None


def join_some(values: _List | None, separator: str) -> str | None:
    """Join what is not null; null if there is nothing."""
    known = [value for value in values or () if value is not None]
    return separator.join(known) if known else None


def transformed(values: _List | None, function: Callable[[Any], Any]) -> list[Any] | None:
    """Apply a function to every element."""
    return None if values is None else [function(value) for value in values]


def filtered(values: _List | None, holds: Callable[[Any], Any]) -> list[Any] | None:
    """Keep the elements of which something is true."""
    return None if values is None else [value for value in values if holds(value)]

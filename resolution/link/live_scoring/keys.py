"""Makes the blocking keys of one record, and knows which of them are too common to use."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from models.match_model.blocking import BLOCKING_RULES
from resolution.link.blocking import blocking_key, too_common_for_entries


class FrozenKeys:
    """The blocking keys that a match model leaves out as too common, eight bytes each."""

    def __init__(self, capped: pa.Table) -> None:
        """Read a table (rule, key, records)."""
        self._capped = _by_rule(capped)
        self._barred = _by_rule(too_common_for_entries(capped))

    def is_too_common(self, rule: int, key: int) -> bool:
        """Tell whether a key brings no two people together."""
        return _holds(self._capped[rule], key)

    def is_too_common_for_entries(self, rule: int, key: int) -> bool:
        """Tell whether a key brings nobody to a watchlist entry either."""
        return _holds(self._barred[rule], key)


def keys_of(values: tuple[Any, ...], places: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Return the distinct keys of a compared record's values, each with its rule."""
    for number, rule in enumerate(BLOCKING_RULES):
        columns = [
            [one for one in values[places[column]] if one is not None] for column in rule.columns
        ]
        for combination in dict.fromkeys(product(*columns)):
            yield number, blocking_key(number, combination)


def _by_rule(keys: pa.Table) -> list["array[int]"]:
    """Return the sorted keys of each rule."""
    sorted_keys = []
    for number in range(len(BLOCKING_RULES)):
        chosen = keys.filter(pc.equal(keys["rule"], number))["key"]
        sorted_keys.append(array("q", sorted(chosen.to_pylist())))
    return sorted_keys


def _holds(keys: "array[int]", key: int) -> bool:
    at = bisect_left(keys, key)
    return at < len(keys) and keys[at] == key

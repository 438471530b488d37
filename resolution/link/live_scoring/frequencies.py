"""Looks up how common one record's values are, in what is frozen with a match model."""

import math
from typing import Any

import pyarrow as pa

from models.match_model.features import COMMON_VALUE_NAMES, FREQUENCY_COLUMNS
from resolution.engines.compiled_sql import Program, kind_of_arrow
from resolution.link.features import (
    name_frequency_sql,
    root_frequency_sql,
    source_of,
    value_frequency_sql,
)

_TEXT, _REAL = kind_of_arrow(pa.string()), kind_of_arrow(pa.float64())


class FrozenFrequencies:
    """The frozen frequencies of one match model, held as compactly as they can be exactly.

    A value that one person has is as common as a value never seen: it need not be held, and most
    values are such.

    Attributes:
        READ: the features that are read here.
    """

    READ = frozenset(
        {"roots", "name", "name_key", *COMMON_VALUE_NAMES, *map(source_of, FREQUENCY_COLUMNS)}
    )

    def __init__(self, program: Program, frequencies: dict[str, pa.Table]) -> None:
        """Read the tables that `count_frequencies` made."""
        people = int(frequencies["size"]["people"][0].as_py())
        self._values = {
            column: _held(frequencies[column], "tf", unless=1.0 / people)
            for column in (*FREQUENCY_COLUMNS, "root")
        }
        self._names = _held(frequencies["name"], "others", unless=0.0)
        self._common: dict[str, set[str]] = {column: set() for column in COMMON_VALUE_NAMES}
        for row in frequencies["common"].to_pylist():
            self._common[row["column_name"]].add(row["value"])
        value, tf = {"value": _TEXT, "tf": _REAL}, ("value", "tf", people)
        self._of_value, _ = program.expression(
            "frequency_of_value", value_frequency_sql(*tf), value
        )
        self._of_root, _ = program.expression("frequency_of_root", root_frequency_sql(*tf), value)
        self._of_name, _ = program.expression(
            "frequency_of_name",
            name_frequency_sql("name", "expected", "others", people),
            {"name": _TEXT, "expected": _REAL, "others": _REAL},
        )

    def drop_common(self, features: dict[str, Any]) -> None:
        """Take out of a record's values those that identify nobody."""
        for column, common in self._common.items():
            if common and not common.isdisjoint(features[column]):
                features[column] = [one for one in features[column] if one not in common]

    def of(self, features: dict[str, Any]) -> tuple[float | None, ...]:
        """Return the frequency of the whole name, and of each of FREQUENCY_COLUMNS."""
        expected = None
        if roots := dict.fromkeys(features["roots"]):
            held = self._values["root"]
            expected = math.exp(sum(math.log(self._of_root(one, held.get(one))) for one in roots))
        name = features["name"]
        frequencies = [self._of_name(name, expected, self._names.get(features["name_key"]))]
        for column in FREQUENCY_COLUMNS:
            value = features[source_of(column)]
            frequencies.append(self._of_value(value, self._values[column].get(value)))
        return tuple(frequencies)


def _held(table: pa.Table, column: str, *, unless: float) -> dict[str, float]:
    """Return the values of a table that are not as common as `unless`."""
    pairs = zip(table["value"].to_pylist(), table[column].to_pylist(), strict=True)
    return {value: share for value, share in pairs if share != unless}

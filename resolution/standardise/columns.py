"""Apply plain functions of one value to whole Arrow columns of lists of structs.

A function runs once for each distinct value of a chunk, never once for each row: the parts it
reads are dictionary-encoded, and what it returns is taken back by index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from models.tables import SOURCE_ATTRIBUTES, STANDARDISED_ATTRIBUTES, STANDARDISED_RECORDS

# Below this, calling a function for every item costs less than finding the distinct ones.
_FEW_ITEMS = 64
# Made once: Arrow takes long to find out what type a bare Python value is.
_BLANK = pa.scalar("", pa.string())
_ISSUE = pa.struct([("code", pa.string()), ("detail", pa.string())])
_LOCATED_ISSUE = STANDARDISED_RECORDS.field("issues").type.value_type


@dataclass(frozen=True)
class Reading:
    """How some parts of an item are read together.

    Attributes:
        reads: the source parts handed to `function`, in the order of its parameters.
        writes: the standardised parts it returns, in the order of its tuple, which ends with one
            more element: a tuple of issues.
        function: pure; takes text or None for each of `reads`.
        expands: the function returns a list of such tuples, one for each item to be made.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    function: Callable[..., Any]
    expands: bool = False


@dataclass(frozen=True)
class Attribute:
    """How the items of one attribute become standardised items.

    Attributes:
        name: the column, the same in both tables.
        raw: the source parts whose text, joined by `raw_separator`, is kept as `raw`.
        readings: how its parts are read; parts that do not bear on each other are read apart, as
            they then have fewer distinct values. A reading that expands stands alone.
        raw_first: the part that is kept alone as `raw` where it has text.
        carried: parts kept as they are.
    """

    name: str
    raw: tuple[str, ...]
    readings: tuple[Reading, ...]
    raw_separator: str = ", "
    raw_first: str | None = None
    carried: tuple[str, ...] = ("raw_path",)


class StandardisedColumn(NamedTuple):
    """One standardised column, and its issues, each with the row it is in."""

    column: pa.ListArray
    issue_rows: pa.Array
    issues: pa.StructArray


_Found = tuple[pa.Array, pa.StructArray]  # issues: the row of each, and what it is


class _Items(NamedTuple):
    """The items of a column laid end to end; `offsets` is where each row begins, and the end."""

    parts: dict[str, pa.Array]
    raw: pa.Array
    offsets: pa.Array

    def regroup(self, members: pa.ListArray) -> "_Items":
        """Put members[i], a list of items of ours, in the place of item i."""
        chosen = pc.list_flatten(members)
        parts = {name: part.take(chosen) for name, part in self.parts.items()}
        offsets = _offsets(pc.list_value_length(members)).take(self.offsets)
        return _Items(parts, self.raw.take(chosen), offsets)


def standardise_column(attribute: Attribute, column: pa.ListArray) -> StandardisedColumn:
    """Standardise one column of source items; items with no text at all are left out."""
    kind = STANDARDISED_ATTRIBUTES[attribute.name].value_type
    items = _flatten(attribute, column)
    if not len(items.raw):
        empty = pa.ListArray.from_arrays(items.offsets, pa.array([], kind))
        return StandardisedColumn(empty, pa.array([], pa.int64()), pa.array([], _LOCATED_ISSUE))
    written: dict[str, pa.Array] = {}
    found: list[_Found] = []
    for reading in attribute.readings:
        results, indices = _read(reading, items.parts)
        if reading.expands:
            items, results, indices = _expand(items, results, indices)
        for at, name in enumerate(reading.writes):
            distinct = pa.array([result[at] for result in results], kind.field(name).type)
            written[name] = distinct.take(indices)
        found.append(_issues_of(attribute.name, results, indices, items.offsets))
    written |= {name: items.parts[name] for name in attribute.carried} | {"raw": items.raw}
    struct = pa.StructArray.from_arrays([written[part.name] for part in kind], fields=list(kind))
    return StandardisedColumn(
        pa.ListArray.from_arrays(items.offsets, struct),
        pa.concat_arrays([rows for rows, _ in found]),
        pa.concat_arrays([issues for _, issues in found]),
    )


def _read(reading: Reading, parts: dict[str, pa.Array]) -> tuple[list[Any], pa.Array]:
    """Run a reading over distinct values; return its results, and for each item which it has."""
    values, indices = distinct_tuples([parts[name] for name in reading.reads])
    function = reading.function
    return [function(*value) for value in values], indices


def _expand(
    items: _Items, results: list[Any], indices: pa.Array
) -> tuple[_Items, list[Any], pa.Array]:
    """Make an item of each of the several results of an item."""
    sizes = pa.array(map(len, results), pa.int64())
    results = [result for several in results for result in several]
    made = pa.ListArray.from_arrays(_offsets(sizes), pa.arange(0, len(results))).take(indices)
    indices = pc.list_flatten(made)
    if len(indices) != len(made):
        parents = pc.list_parent_indices(made).cast(pa.int64())
        ends = _offsets(pc.list_value_length(made))
        items = items.regroup(pa.ListArray.from_arrays(ends, parents))
    return items, results, indices


def _offsets(sizes: pa.Array) -> pa.Array:
    """Return where each of some runs begins, and where the last one ends."""
    ends = pc.cumulative_sum(sizes.cast(pa.int32()))
    return pa.concat_arrays([pa.array([0], pa.int32()), ends])


def _flatten(attribute: Attribute, column: pa.ListArray) -> _Items:
    """Lay the items of a column end to end and put their raw text together."""
    structs = pc.list_flatten(column)
    names = [part.name for part in SOURCE_ATTRIBUTES[attribute.name].value_type]
    parts = dict(zip(names, structs.flatten(), strict=True))
    offsets = _offsets(pc.list_value_length(column).fill_null(0))
    items = _Items(parts, _raw_text(attribute, parts), offsets)
    has_text = pc.not_equal(pc.utf8_trim_whitespace(items.raw), _BLANK)
    if pc.all(has_text).as_py() is not False:
        return items
    sizes = _offsets(has_text)
    kept = pa.arange(0, len(has_text)).filter(has_text)
    return items.regroup(pa.ListArray.from_arrays(sizes, kept))


def _raw_text(attribute: Attribute, parts: dict[str, pa.Array]) -> pa.Array:
    """Join the raw parts of each item, those that are null left out."""
    joined, *others = [parts[name] for name in attribute.raw]
    for part in others:
        if part.null_count < len(part):
            between = pa.scalar(attribute.raw_separator, pa.string())
            both = pc.binary_join_element_wise(joined, part, between)
            joined = pc.coalesce(both, joined, part)
    joined = joined.fill_null(_BLANK)
    if attribute.raw_first is None:
        return joined
    whole = parts[attribute.raw_first].fill_null(_BLANK)
    return pc.if_else(pc.not_equal(pc.utf8_trim_whitespace(whole), _BLANK), whole, joined)


def distinct_tuples(
    parts: Sequence[pa.Array],
) -> tuple[list[tuple[str | None, ...]], pa.Array]:
    """Return the distinct rows of some columns of text, and for each row which of them it is."""
    length = len(parts[0])
    if length < _FEW_ITEMS:
        return list(zip(*(part.to_pylist() for part in parts), strict=True)), pa.arange(0, length)
    columns: list[pa.Array] = []
    codes = pa.array([], pa.int64())
    for part in parts:
        if columns and part.null_count == length:
            columns.append(pa.nulls(len(columns[0]), part.type))
            continue
        encoded = part.dictionary_encode(null_encoding="encode")
        indices = encoded.indices.cast(pa.int64())
        if not columns:
            codes, columns = indices, [encoded.dictionary]
            continue
        size = pa.scalar(len(encoded.dictionary), pa.int64())
        pairs = pc.add(pc.multiply(codes, size), indices).dictionary_encode()
        left = pc.divide(pairs.dictionary, size)
        right = pc.subtract(pairs.dictionary, pc.multiply(left, size))
        columns = [column.take(left) for column in columns] + [encoded.dictionary.take(right)]
        codes = pairs.indices.cast(pa.int64())
    return list(zip(*(column.to_pylist() for column in columns), strict=True)), codes


def _issues_of(attribute: str, results: list[Any], indices: pa.Array, offsets: pa.Array) -> _Found:
    """Return every issue, naming the item it is about such as names[1], and the row it is in."""
    if not any(result[-1] for result in results):
        return pa.array([], pa.int64()), pa.array([], _LOCATED_ISSUE)
    found = pa.array(
        [[{"code": issue.code, "detail": issue.detail} for issue in r[-1]] for r in results],
        pa.list_(_ISSUE),
    ).take(indices)
    at = pc.list_parent_indices(found).cast(pa.int64())
    row_of_item = pc.list_parent_indices(pa.ListArray.from_arrays(offsets, indices))
    rows = row_of_item.take(at).cast(pa.int64())
    place = pc.subtract(at, offsets.take(rows).cast(pa.int64())).cast(pa.string())
    before, after = pa.scalar(f"{attribute}[", pa.string()), pa.scalar("]", pa.string())
    where = pc.binary_join_element_wise(before, place, after, _BLANK)
    code, detail = pc.list_flatten(found).flatten()
    issues = pa.StructArray.from_arrays([where, code, detail], fields=list(_LOCATED_ISSUE))
    return rows, issues


def gather_issues(columns: list[StandardisedColumn], n_rows: int) -> pa.ListArray:
    """Put the issues of all columns together, one list a row, in the order of the columns."""
    rows = pa.concat_arrays([column.issue_rows for column in columns])
    issues = pa.concat_arrays([column.issues for column in columns])
    in_order = pc.sort_indices(rows)  # stable
    # Every row is counted once too often, so that rows without issues are there, and in order.
    counted = pc.value_counts(pa.concat_arrays([pa.arange(0, n_rows), rows]))
    sizes = pc.subtract(counted.field("counts"), pa.scalar(1, pa.int64()))
    return pa.ListArray.from_arrays(_offsets(sizes), issues.take(in_order))

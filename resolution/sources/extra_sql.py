"""Writes, as SQL, what a mapping leaves of a row: every field that it does not name."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from resolution.sources.mapping import SourceMapping
from resolution.sources.mapping_language import Entry, Value
from resolution.sources.paths import Step, json_path, parse_path
from resolution.sources.value_sql import listed, sql_text

At = Callable[[tuple[Step, ...]], str]
"""Gives the SQL of the JSON value that some steps lead to."""


def extra_of_columns(columns: dict[str, str], mapped: set[str]) -> str:
    """Write the JSON object of the columns that are not mapped; null when all are.

    Args:
        columns: the SQL name of every column by its title.
        mapped: the titles that the mapping names.
    """
    pairs = [f"{sql_text(title)}, {name}" for title, name in columns.items() if title not in mapped]
    return f"json_object({', '.join(pairs)})::VARCHAR" if pairs else "NULL::VARCHAR"


@dataclass(slots=True)
class _Named:
    """What a mapping names at one place of a nested document.

    Attributes:
        is_taken: the value here is mapped as a whole.
        elements: what is named within each element, when the list here is mapped element-wise.
    """

    is_taken: bool = False
    children: dict[str, "_Named"] = field(default_factory=dict)
    elements: "_Named | None" = None

    def at(self, steps: tuple[Step, ...]) -> "_Named | None":
        """Return the place some names lead to; None when the way leads through a list."""
        names = [step for step in steps if isinstance(step, str)]
        if len(names) < len(steps):
            return None
        place = self
        for name in names:
            place = place.children.setdefault(name, _Named())
        return place

    def take(self, path: str) -> None:
        """Note that a path is mapped."""
        place = self.at(parse_path(path))
        if place is not None:
            place.is_taken = True


def extra_of_document(mapping: SourceMapping, entry: Entry, held: At, *, is_xml: bool) -> str:
    """Write the JSON object of what a document holds beyond the mapping; null when nothing.

    Args:
        mapping: the whole mapping.
        entry: the mapping itself, or one of its details.
        held: gives the column with the JSON value at a place of the document.
        is_xml: whether texts may stand under `#text`.
    """
    named = _Named()
    for path in paths_taken_whole(mapping, entry):
        named.take(path)
    for _, item in entry.typed_record.item_mappings():
        if item.each is None or item.each.is_of_text:
            continue
        place = named.at(parse_path(item.each.path))
        if place is not None:
            place.elements = place.elements or _Named()
            for path in _whole(item.parts.values()):
                if path == ".":
                    place.elements.is_taken = True
                elif not path.startswith("^"):
                    place.elements.take(path)
    return f"({_left_of_object(named, 'doc', (), held, is_xml=is_xml)})::VARCHAR"


def paths_taken_whole(mapping: SourceMapping, entry: Entry) -> set[str]:
    """Return the paths of the row whose text is kept whole in the record.

    A text of which only a part is found is not: the rest of it would be lost.
    """
    taken = set() if entry.key_is_row else set(entry.key)
    if entry is mapping:
        named = (mapping.effective_time, mapping.protective_marking)
        taken.update(_whole(value for value in named if value is not None))
    for _, item in entry.typed_record.item_mappings():
        paths = list(_whole(item.parts.values()))
        if item.each is None:
            taken.update(paths)
        elif not item.each.is_of_text:
            taken.update(path[1:] for path in paths if path.startswith("^"))
        else:
            taken.update(path.removeprefix("^") for path in paths if path != ".")
            if item.each.split is not None and "." in paths:
                taken.add(item.each.path)
    return taken


def _whole(values: Iterable[Value]) -> Iterator[str]:
    for value in values:
        if value.find is None:
            yield from value.sources


def _left_of_object(
    named: _Named, value: str, steps: tuple[Step, ...], at: At, *, is_xml: bool
) -> str:
    """Write what is left of an object: all that is named goes, then what is left of it returns."""
    gone: list[str] = list(named.children)
    if named.is_taken and is_xml:
        gone.append("#text")
    left = [
        f"{sql_text(name)}, {_left(child, (*steps, name), at, is_xml=is_xml)}"
        for name, child in named.children.items()
        if child.children or child.elements is not None or is_xml
    ]
    patches = [sql_text(json.dumps(dict.fromkeys(gone)))]
    if left:
        patches.append(f"json_object({', '.join(left)})")
    return f"nullif(json_merge_patch({value}, {', '.join(patches)})::VARCHAR, '{{}}')::JSON"


def _left(named: _Named, steps: tuple[Step, ...], at: At, *, is_xml: bool) -> str:
    """Write what is left of one place; null when nothing is."""
    value = at(steps)
    if named.elements is not None:
        return _left_of_elements(named.elements, value, is_xml=is_xml)
    inner = _left_of_object(named, value, steps, at, is_xml=is_xml)
    other = "NULL" if named.is_taken else value
    return f"CASE json_type({value}) WHEN 'OBJECT' THEN {inner} ELSE {other} END"


def _left_of_elements(elements: _Named, value: str, *, is_xml: bool) -> str:
    if elements.is_taken and not is_xml:
        return "NULL"

    def at(steps: tuple[Step, ...]) -> str:
        return f"json_extract(e, {sql_text(json_path(steps))})"

    inner = _left_of_object(elements, "e", (), at, is_xml=is_xml)
    scalar = "NULL" if elements.is_taken else "e"
    left = f"CASE json_type(e) WHEN 'OBJECT' THEN {inner} ELSE {scalar} END"
    every = f"list_transform({listed(value)}, lambda e: {left})"
    return f"to_json(nullif(list_filter({every}, lambda r: r IS NOT NULL), []))"

"""Checks that look at several fields of a mapping together, or at paths in their format."""

from collections.abc import Iterator

from resolution.sources.formats import NESTED_FORMATS
from resolution.sources.mapping_language import Entry, SourceMapping
from resolution.sources.mapping_yaml import Place
from resolution.sources.paths import json_path, parse_path

Problem = tuple[Place, str]


def problems_in(mapping: SourceMapping) -> Iterator[Problem]:
    """Return what is wrong in a mapping whose fields are each right, with where and the mend."""
    yield from _of_entry(mapping, ())
    for at, entry in enumerate(mapping.details):
        yield from _of_entry(entry, ("details", at))
    for name in ("effective_time", "protective_marking"):
        value = getattr(mapping, name)
        for path in value.sources if value is not None else ():
            yield from _of_path(mapping, (name,), path)
    keyless = [at for at, entry in enumerate(mapping.details) if entry.key_is_row]
    if mapping.details and mapping.key_is_row:
        yield ("key",), "`details` find their records by key: name a column, not `row`"
    for at in keyless:
        yield ("details", at, "key"), "`details` find their records by key: name a column"


def _of_entry(entry: Entry, place: Place) -> Iterator[Problem]:
    is_database = entry.format.type == "database"
    if is_database and entry.files:
        yield (*place, "files"), "a database has a query instead of files: leave this out"
    if not is_database and not entry.files:
        yield (*place, "files"), 'this field is missing: add `files: ["folder/*.csv"]`'
    if not list(entry.typed_record.item_mappings()):
        yield (*place, "record"), "nothing is mapped: add at least `names`"
    if not entry.key_is_row:
        for path in entry.key:
            yield from _of_path(entry, (*place, "key"), path)
    for at, condition in enumerate(entry.where):
        yield from _of_path(entry, (*place, "where", at, "path"), condition.path)
    yield from _of_items(entry, place)


def _of_items(entry: Entry, place: Place) -> Iterator[Problem]:
    numbers: dict[str, int] = {}
    for attribute, item in entry.typed_record.item_mappings():
        at = numbers.get(attribute, 0)
        numbers[attribute] = at + 1
        here = (*place, "record", attribute, at)
        if item.each is not None:
            yield from _of_path(entry, (*here, "each"), item.each.path)
            if not item.each.is_of_text and entry.format.type not in NESTED_FORMATS:
                yield (
                    (*here, "each"),
                    f"{entry.format.type} has no nested lists: "
                    "write each: {path: COLUMN, split: SEPARATOR}",
                )
        for part, value in item.parts.items():
            for path in value.sources:
                if path == "." and item.each is None:
                    yield (*here, part), '"." is the element of an `each`, and there is none'
                elif path != ".":
                    yield from _of_path(entry, (*here, part), path.removeprefix("^"))


def _of_path(entry: Entry, place: Place, path: str) -> Iterator[Problem]:
    """Check the syntax of a path; in formats without nesting a path is a column, as it is."""
    if entry.format.type not in NESTED_FORMATS:
        return
    try:
        json_path(parse_path(path))
    except ValueError as error:
        yield place, str(error)

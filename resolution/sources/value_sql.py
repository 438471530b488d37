"""Writes the values of a mapping as DuckDB SQL expressions over columns, pieces and elements."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from models.tables import SOURCE_ATTRIBUTES
from resolution.sources.mapping_language import Each, Item, Value
from resolution.sources.paths import Step, json_path, parse_path

# What counts as white space around a value: ASCII, no-break and ideographic spaces, a stray BOM.
_SPACE = " \t\r\n\x0b\x0c\u00a0\u2007\u202f\u3000\ufeff"
# Trimming by a set of characters is slow and almost never needed, so it is asked for first.
_HAS_OUTER_SPACE = f"^[{_SPACE}]|[{_SPACE}]$"

TextOf = Callable[[str], str]
"""Turns a path into SQL that gives its text, trimmed, null when there is none."""


class Scope(Protocol):
    """Gives the columns of a row that expressions are written over."""

    def text(self, path: str) -> str:
        """Return the column with the text of a path, trimmed, null when there is none."""
        ...

    def held(self, steps: tuple[Step, ...]) -> str:
        """Return the column with the JSON value some steps lead to."""
        ...

    def listed(self, expression: str) -> str:
        """Return the column with the value of an expression over the other columns."""
        ...


def sql_text(text: str) -> str:
    """Write text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def sql_name(name: str) -> str:
    """Write a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class ValueSql:
    """Writes values; knows which texts mean that there is no value.

    Attributes:
        null_values: of the whole mapping.
        is_xml: whether an element with attributes holds its text under `#text`.
    """

    null_values: tuple[str, ...]
    is_xml: bool = False

    def cleaned(self, text: str) -> str:
        """Trim a text; nothing, or one of the null values, is null."""
        trimmed = (
            f"CASE WHEN regexp_matches({text}, {sql_text(_HAS_OUTER_SPACE)}) "
            f"THEN trim({text}, {sql_text(_SPACE)}) ELSE {text} END"
        )
        return self.present(trimmed)

    def present(self, text: str) -> str:
        """Make nothing of a trimmed text that is empty or one of the null values."""
        if not self.null_values:
            return f"nullif({text}, '')"
        nothing = ", ".join(sql_text(value) for value in ("", *self.null_values))
        return f"CASE WHEN {text} NOT IN ({nothing}) THEN {text} END"

    def json_texts(self, steps: tuple[Step, ...]) -> list[str]:
        """Return the JSON paths under which the text of a path may stand, best first."""
        plain = json_path(steps)
        return [f'{plain}."#text"', plain] if self.is_xml else [plain]

    def json_text(self, document: str, path: str) -> str:
        """Return the text at a path of a JSON value, as it is."""
        steps = parse_path(path)
        found = [
            f"json_extract_string({document}, {sql_text(each)})" for each in self.json_texts(steps)
        ]
        return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"

    def value(self, value: Value, text_of: TextOf) -> str:
        """Write one value."""
        if value.value is not None:
            return sql_text(value.value)
        texts = [text_of(path) for path in value.sources]
        text = texts[0]
        if len(texts) > 1:
            text = f"nullif(concat_ws({sql_text(value.separator)}, {', '.join(texts)}), '')"
        if value.find is not None:
            text = self.cleaned(f"regexp_extract({text}, {_pattern(value.find)})")
        if value.null_if:
            nothing = ", ".join(sql_text(each) for each in value.null_if)
            text = f"CASE WHEN {text} NOT IN ({nothing}) THEN {text} END"
        if value.map:
            cases = " ".join(
                f"WHEN {sql_text(given)} THEN {sql_text(meant)}"
                for given, meant in value.map.items()
            )
            text = f"CASE {text} {cases} ELSE {text} END"
        return text

    def items(self, attribute: str, item: Item, scope: Scope) -> str:
        """Write the list of items one item mapping makes of a row."""
        if item.each is None:
            parts = {name: self.value(value, scope.text) for name, value in item.parts.items()}
            paths = dict.fromkeys(path for value in item.parts.values() for path in value.sources)
            has_content = _any_present(parts[name] for name in item.content_parts)
            packed = _struct(attribute, parts, sql_text(", ".join(paths)))
            return f"CASE WHEN {has_content} THEN [{packed}] ELSE [] END"
        if item.each.is_of_text:
            pieces, own_text = self._pieces(item.each, scope)
        else:
            pieces, own_text = self._elements(item, item.each, scope)
        parts = {name: self.value(value, own_text) for name, value in item.parts.items()}
        packed = _struct(attribute, parts, "x.p")
        content = _any_present(f"y.{sql_name(name)}" for name in item.content_parts)
        made = f"list_transform({pieces}, lambda x: {packed})"
        return f"coalesce(list_filter({made}, lambda y: {content}), [])"

    def _pieces(self, each: Each, scope: Scope) -> tuple[str, TextOf]:
        """Return the pieces of a text, and how paths are read for one of them."""
        text = scope.text(each.path)
        if each.split is not None:
            cut = f"string_split({text}, {sql_text(each.split)})"
        else:
            cut = f"regexp_extract_all({text}, {_pattern(each.find_all or '')})"
        path = f"{sql_text(each.path + '[')} || (i - 1) || ']'"
        pieces = f"list_transform({cut}, lambda v, i: struct_pack(p := {path}, v := v))"
        piece = self.cleaned("x.v")
        return scope.listed(
            pieces
        ), lambda path: piece if path == "." else scope.text(path.removeprefix("^"))

    def _elements(self, item: Item, each: Each, scope: Scope) -> tuple[str, TextOf]:
        """Return the elements of a nested list with their texts, and how paths are read there."""
        own = dict.fromkeys(
            path
            for value in item.parts.values()
            for path in value.sources
            if not path.startswith("^")
        )
        names = {path: f"t{at}" for at, path in enumerate(own)}
        texts = [f"{name} := {self.json_text('w.v', path)}" for path, name in names.items()]
        packed = f"struct_pack({', '.join(['p := w.p', *texts])})"
        elements = f"list_transform({self._places(each, scope)}, lambda w: {packed})"

        def own_text(path: str) -> str:
            if path.startswith("^"):
                return scope.text(path[1:])
            return self.cleaned(f"x.{names[path]}")

        return scope.listed(elements), own_text

    def _places(self, each: Each, scope: Scope) -> str:
        """List the elements a path leads to, each with its own path."""
        first, *deeper = each.path.split("[*]")
        found = _numbered(scope.held(parse_path(first or ".")), sql_text(first))
        for level in filter(None, deeper):
            steps = level.removeprefix(".")
            inner = f"json_extract(w.v, {sql_text(json_path(parse_path(steps)))})"
            held = f"list_transform({found}, lambda w: struct_pack(p := w.p, v := {inner}))"
            numbered = _numbered("u.v", f"u.p || {sql_text('.' + steps)}")
            found = f"flatten(list_transform({held}, lambda u: {numbered}))"
        return found


def _numbered(value: str, path: str) -> str:
    """Write the elements of a JSON value with their paths, numbered from 0."""
    return (
        f"list_transform({listed(value)}, "
        f"lambda v, i: struct_pack(p := {path} || '[' || (i - 1) || ']', v := v))"
    )


def listed(value: str) -> str:
    """Write a JSON value as a list: its elements, itself alone, or none when it is null."""
    return (
        f"CASE coalesce(json_type({value}), 'NULL') WHEN 'NULL' THEN [] "
        f"WHEN 'ARRAY' THEN json_extract({value}, '$[*]') ELSE [{value}] END"
    )


def _pattern(pattern: str) -> str:
    """Write a regular expression and the group that is taken: the one there is, or the whole."""
    return f"{sql_text(pattern)}, {re.compile(pattern).groups}"


def _any_present(expressions: Iterable[str]) -> str:
    return " OR ".join(f"({expression}) IS NOT NULL" for expression in expressions)


def _struct(attribute: str, parts: dict[str, str], raw_path: str) -> str:
    names = [field.name for field in SOURCE_ATTRIBUTES[attribute].value_type][:-1]
    packed = [f"{sql_name(name)} := {parts.get(name, 'NULL::VARCHAR')}" for name in names]
    return f"struct_pack({', '.join([*packed, f'raw_path := {raw_path}'])})"


def list_type(attribute: str) -> str:
    """Return the SQL type of an attribute's list of items."""
    names = [field.name for field in SOURCE_ATTRIBUTES[attribute].value_type]
    return f"STRUCT({', '.join(f'{sql_name(name)} VARCHAR' for name in names)})[]"

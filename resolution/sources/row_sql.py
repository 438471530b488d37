"""Compiles one entry of a mapping to the SQL that makes records of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from resolution.sources.extra_sql import extra_of_columns, extra_of_document, paths_taken_whole
from resolution.sources.mapping import SourceMapping
from resolution.sources.mapping_language import Condition, Entry
from resolution.sources.row_scope import RowScope
from resolution.sources.value_sql import ValueSql, list_type, sql_text


@dataclass(frozen=True, slots=True)
class RowSql:
    """The SQL expressions of one entry, over the columns of `texts_of` its staged rows.

    Attributes:
        scope: the columns that the expressions use.
        key: the source record id; null when any part of it is missing.
        is_kept: whether `where` lets the row in.
        attributes: a list of items for each attribute that is mapped.
    """

    scope: RowScope
    key: str
    is_kept: str
    attributes: dict[str, str]
    mapped_parts: dict[str, set[str]]
    extra: str
    effective_time: str
    protective_marking: str

    def texts_of(self, table: str) -> str:
        """Return a query of staged rows together with the columns of all expressions."""
        return self.scope.query(table)

    def parts(self, name: str) -> set[str]:
        """Return the parts of an attribute that any item maps."""
        return self.mapped_parts.get(name, set())

    def attribute(self, name: str) -> str:
        """Return the list of an attribute, empty when it is not mapped."""
        return self.attributes.get(name, f"[]::{list_type(name)}")


class EntryCompiler:
    """Compiles one entry, for rows of columns or of documents."""

    def __init__(
        self, mapping: SourceMapping, entry: Entry, *, columns: dict[str, str] | None
    ) -> None:
        """Take what is known of the staged rows.

        Args:
            mapping: the whole mapping.
            entry: the mapping itself, or one of its details.
            columns: the SQL name of each column by title; None when rows are documents.
        """
        self._mapping = mapping
        self._entry = entry
        self._columns = columns
        self._values = ValueSql(mapping.null_values, is_xml=entry.format.type == "xml")
        self._scope = RowScope(self._values, columns)
        self._text = self._scope.text

    def compile(self) -> RowSql:
        """Write everything."""
        key, is_kept = self._key(), self._is_kept()
        attributes: dict[str, list[str]] = {}
        parts: dict[str, set[str]] = {}
        for attribute, item in self._entry.typed_record.item_mappings():
            made = self._values.items(attribute, item, self._scope)
            parts.setdefault(attribute, set()).update(item.parts)
            attributes.setdefault(attribute, []).append(f"({made})::{list_type(attribute)}")
        own = self._mapping if self._entry is self._mapping else None
        time, marking = "NULL::VARCHAR", "NULL::VARCHAR"
        if own is not None and own.effective_time is not None:
            time = self._values.value(own.effective_time, self._text)
        if own is not None and own.protective_marking is not None:
            marking = self._values.value(own.protective_marking, self._text)
        return RowSql(
            scope=self._scope,
            key=key,
            is_kept=is_kept,
            mapped_parts=parts,
            attributes={name: _joined(lists) for name, lists in attributes.items()},
            extra=self._extra(),
            effective_time=time,
            protective_marking=marking,
        )

    def _key(self) -> str:
        if self._entry.key_is_row:
            pattern = self._entry.files[0] if len(self._entry.files) == 1 else "*"
            is_one_file = not any(sign in pattern for sign in "*?[")
            return "row::VARCHAR" if is_one_file else "file_name || '#' || row"
        parts = [self._text(path) for path in self._entry.key]
        if len(parts) == 1:
            return parts[0]
        # "a|b" and "c" must not make the key of "a" and "b|c".
        safe = [f"replace(replace({part}, '%', '%25'), '|', '%7C')" for part in parts]
        return " || '|' || ".join(safe)

    def _is_kept(self) -> str:
        return " AND ".join(self._holds(each) for each in self._entry.where) or "true"

    def _holds(self, condition: Condition) -> str:
        text = f"coalesce({self._text(condition.path)}, '')"
        texts = ", ".join(map(sql_text, condition.equals or condition.not_equals))
        return f"{text} {'IN' if condition.equals else 'NOT IN'} ({texts})"

    def _extra(self) -> str:
        if self._columns is None:
            is_xml = self._entry.format.type == "xml"
            return extra_of_document(self._mapping, self._entry, self._scope.held, is_xml=is_xml)
        taken = paths_taken_whole(self._mapping, self._entry)
        return extra_of_columns(self._columns, taken)


def _joined(lists: list[str]) -> str:
    return lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"


def paths_of_columns(mapping: SourceMapping, entry: Entry) -> dict[str, str]:
    """Return every column an entry reads, with the field of the mapping that names it first."""
    named: dict[str, str] = {}
    for path, place in _named_columns(mapping, entry):
        named.setdefault(path, place)
    return named


def _named_columns(mapping: SourceMapping, entry: Entry) -> Iterator[tuple[str, str]]:
    yield from ((path, "key") for path in entry.key if not entry.key_is_row)
    yield from ((condition.path, "where") for condition in entry.where)
    if entry is mapping:
        for name in ("effective_time", "protective_marking"):
            value = getattr(mapping, name)
            yield from ((path, name) for path in (value.sources if value is not None else ()))
    for attribute, item in entry.typed_record.item_mappings():
        if item.each is not None:
            yield item.each.path, f"record.{attribute}.each"
        for part, value in item.parts.items():
            own = (path for path in value.sources if item.each is None or path != ".")
            yield from ((path.removeprefix("^"), f"record.{attribute}.{part}") for path in own)

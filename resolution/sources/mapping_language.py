"""The mapping language: what may stand in a mapping file, as pydantic models."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, ClassVar, Literal

from pydantic import Field, create_model, field_validator, model_validator

from models.record import Role, is_source_name
from models.tables import SOURCE_ATTRIBUTES
from resolution.sources.formats import Format, Strict, Texts

# Parts that say what an item is rather than hold something of the person: an item of which only
# these are present is left out. An event's kind is its content.
_QUALIFIERS = {"kind", "type", "order", "calendar", "precision"}


def _one_or_more(given: Any) -> Any:
    """Read one text as a list of one."""
    return [given] if isinstance(given, str) else given


def _checked_regex(pattern: str | None) -> str | None:
    if pattern is not None:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise ValueError(f"this is not a regular expression: {error}") from error
        if groups > 1:
            raise ValueError("write at most one group: (?: ) groups without taking")
    return pattern


class Value(Strict):
    """Where a value comes from: a path, several paths joined, or a constant."""

    path: str | None = None
    paths: Texts = ()
    separator: str = " "
    value: str | None = None
    find: str | None = None
    null_if: Texts = ()
    map: dict[str, str] = Field(default_factory=dict)

    _lists = field_validator("null_if", mode="before")(_one_or_more)
    _regex = field_validator("find")(_checked_regex)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"path": given}
        return {"paths": given} if isinstance(given, list) else given

    @model_validator(mode="after")
    def _one_origin(self) -> "Value":
        origins = (self.path is not None) + bool(self.paths) + (self.value is not None)
        if origins != 1:
            raise ValueError("write exactly one of a path, `paths: [...]` or `value: constant`")
        if self.path == "" or "" in self.paths:
            raise ValueError("a path may not be empty")
        return self

    @property
    def sources(self) -> Texts:
        """Return the paths it is read from; none for a constant."""
        return (self.path,) if self.path is not None else self.paths


class Each(Strict):
    """Makes one item of each element of a nested list, or of each piece of a text."""

    path: str
    split: str | None = Field(default=None, min_length=1)
    find_all: str | None = None

    _regex = field_validator("find_all")(_checked_regex)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        return {"path": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_way(self) -> "Each":
        if self.split is not None and self.find_all is not None:
            raise ValueError("write `split` or `find_all`, not both")
        if not self.path:
            raise ValueError("a path may not be empty")
        return self

    @property
    def is_of_text(self) -> bool:
        """Tell whether the pieces are cut from one text rather than elements of a list."""
        return self.split is not None or self.find_all is not None


class Item(Strict):
    """How items of one attribute are made; the subclasses have the attribute's parts."""

    attribute: ClassVar[str] = ""
    each: Each | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        return {"text": given} if isinstance(given, str) and "text" in cls.model_fields else given

    @model_validator(mode="after")
    def _takes_something(self) -> "Item":
        if not self.content_parts:
            raise ValueError("nothing is taken from the source: give a part a path")
        return self

    @property
    def parts(self) -> dict[str, Value]:
        """Return the parts that are mapped, by name."""
        named = {name: getattr(self, name) for name in type(self).model_fields if name != "each"}
        return {name: value for name, value in named.items() if value is not None}

    def _is_own(self, value: Value) -> bool:
        """Tell whether a value comes from the element or piece, not from the row around it."""
        if self.each is None:
            return True
        if self.each.is_of_text:
            return "." in value.sources
        return not all(path.startswith("^") for path in value.sources)

    @property
    def content_parts(self) -> list[str]:
        """Return the parts without which an item says nothing."""
        taken = [name for name, value in self.parts.items() if value.sources]
        taken = [name for name in taken if self._is_own(self.parts[name])] or taken
        qualifiers = set() if self.attribute == "events" else _QUALIFIERS
        return [name for name in taken if name not in qualifiers] or taken


class RecordMapping(Strict):
    """What a record is made of: for every attribute, how its items are made."""

    def item_mappings(self) -> Iterator[tuple[str, Item]]:
        """Return every item mapping with its attribute, in order."""
        for attribute in SOURCE_ATTRIBUTES:
            for item in getattr(self, attribute):
                yield attribute, item


def _item_model(attribute: str) -> type[Item]:
    parts = [field.name for field in SOURCE_ATTRIBUTES[attribute].value_type]
    fields: dict[str, Any] = {part: (Value | None, None) for part in parts if part != "raw_path"}
    model = create_model(f"{attribute}_item", __base__=Item, **fields)
    model.attribute = attribute
    return model


_attributes: dict[str, Any] = {
    attribute: (tuple[_item_model(attribute), ...], ())  # type: ignore[misc]
    for attribute in SOURCE_ATTRIBUTES
}
AttributesMapping: type[RecordMapping] = create_model(
    "AttributesMapping", __base__=RecordMapping, **_attributes
)


class Condition(Strict):
    """Which rows are read: those whose text is, or is not, one of the given."""

    path: str = Field(min_length=1)
    equals: Texts = ()
    not_equals: Texts = ()

    _lists = field_validator("equals", "not_equals", mode="before")(_one_or_more)

    @model_validator(mode="after")
    def _one_way(self) -> "Condition":
        if bool(self.equals) == bool(self.not_equals):
            raise ValueError("write `equals` or `not_equals`, with a text or a list of texts")
        return self


class Entry(Strict):
    """Files of one format, and how their rows are read."""

    files: Texts = ()
    format: Format
    key: Texts = Field(min_length=1)
    where: tuple[Condition, ...] = ()
    record: AttributesMapping

    _lists = field_validator("files", "key", mode="before")(_one_or_more)

    @field_validator("where", mode="before")
    @classmethod
    def _one_condition(cls, given: Any) -> Any:
        return [given] if isinstance(given, dict) else given

    @field_validator("files")
    @classmethod
    def _inside_the_data_root(cls, patterns: Texts) -> Texts:
        for pattern in patterns:
            path = PurePosixPath(pattern)
            if not pattern or path.is_absolute() or ".." in path.parts or "\\" in pattern:
                raise ValueError(
                    f"{pattern!r} must be a path below the data root: no leading / and no .."
                )
        return patterns

    @property
    def typed_record(self) -> RecordMapping:
        """Return the record mapping under its declared type."""
        record: RecordMapping = self.record
        return record

    @property
    def key_is_row(self) -> bool:
        """Tell whether the number of the row is the key."""
        return self.key == ("row",)


class SourceMapping(Entry):
    """Everything one mapping file says."""

    source: str
    role: Role = Role.PERSON
    delivery: Literal["delta", "snapshot"] = "delta"
    duplicate_free: bool = False
    repeats: Literal["collect", "replace", "latest", "reject"] = "replace"
    null_values: Texts = ()
    effective_time: Value | None = None
    protective_marking: Value | None = None
    details: tuple[Entry, ...] = ()

    _null_lists = field_validator("null_values", mode="before")(_one_or_more)

    @field_validator("source")
    @classmethod
    def _is_source_name(cls, name: str) -> str:
        if not is_source_name(name):
            raise ValueError("write a-z, then a-z, 0-9, _ or -, 32 characters at most")
        return name

    @property
    def collects_rows(self) -> bool:
        """Tell whether the rows of a key in one delivery make one record together."""
        return self.repeats in ("collect", "replace")

    @property
    def collects_deliveries(self) -> bool:
        """Tell whether a record keeps what former deliveries said of it; a snapshot says all."""
        return self.repeats == "collect" and self.delivery == "delta"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the main entry, then the details."""
        return (self, *self.details)

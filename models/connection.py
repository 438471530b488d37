"""What connects people without making them one person."""

from dataclasses import dataclass
from enum import StrEnum


class AttributeKind(StrEnum):
    """What records may share."""

    DOCUMENT = "document"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, order=True)
class Attribute:
    """One document, phone, e-mail or address, as standardised."""

    kind: AttributeKind
    value: str

    @property
    def attribute_id(self) -> str:
        """Return what stands for it in a store."""
        return f"{self.kind}:{self.value}"

    @classmethod
    def from_id(cls, attribute_id: str) -> "Attribute":
        """Return the attribute that an id stands for."""
        kind, _, value = attribute_id.partition(":")
        return cls(AttributeKind(kind), value)


@dataclass(frozen=True, slots=True)
class AttributeUsers:
    """Which records give an attribute.

    Attributes:
        n_records: all of them.
        record_ids: one page of them, sorted.
    """

    n_records: int
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """What a source says of two records, such as `spouse` or `sponsor`: other is that of record."""

    record_id: str
    other_id: str
    kind: str

"""A record as a source holds it, and the same record standardised."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class Role(StrEnum):
    """What the records of a source stand for."""

    PERSON = "person"
    WATCHLIST = "watchlist"


def is_source_name(name: str) -> bool:
    """Tell whether a name may stand before the colon of a record id."""
    return _SOURCE.fullmatch(name) is not None


def make_record_id(source: str, source_record_id: str) -> str:
    """Join a source and its own record id; the first colon parts them again.

    Raises:
        ValueError: if `source` is no source name or `source_record_id` is empty.
    """
    if not is_source_name(source):
        raise ValueError(f"{source!r} is not a source name: a-z, then a-z, 0-9, _ or -, 32 at most")
    if not source_record_id:
        raise ValueError("a source record id may not be empty")
    return f"{source}:{source_record_id}"


def split_record_id(record_id: str) -> tuple[str, str]:
    """Part a record id at its first colon into source and source record id.

    Raises:
        ValueError: if it has no colon or an unusable source.
    """
    source, colon, source_record_id = record_id.partition(":")
    if not colon or not is_source_name(source) or not source_record_id:
        raise ValueError(f"{record_id!r} is not a record id: write source:source_record_id")
    return source, source_record_id


def is_record_id(text: str) -> bool:
    """Tell whether a text is written as a record id; an identity id never is."""
    try:
        split_record_id(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """The current version of one record, as served.

    Attributes:
        source_record: one row of `tables.SOURCE_RECORDS`, raw text as the source gave it.
        standardised: one row of `tables.STANDARDISED_RECORDS`.
    """

    record_id: str
    role: Role
    source_record: Mapping[str, Any]
    standardised: Mapping[str, Any]

"""Read relations to others and events of a person's history."""

import re
from typing import NamedTuple

from resolution.standardise.dates import iso_date
from resolution.standardise.text import Issue, Issues, fold_or_none

UNPARSABLE_EVENT_DATE = Issue("unparsable_date", "no date could be read from the text")

_SPACES = re.compile(r"\s+")


class RelationReading(NamedTuple):
    """One relation read."""

    kind: str | None
    reference: str | None
    issues: Issues = ()


def read_relation(kind: str | None, reference: str | None) -> RelationReading:
    """Read a relation; the reference keeps its letters, as record ids tell a from A."""
    return RelationReading(fold_or_none(kind), _trimmed(reference))


class EventReading(NamedTuple):
    """One event read."""

    kind: str | None
    date: str | None
    detail: str | None
    issues: Issues = ()


def read_event(kind: str | None, date: str | None, detail: str | None) -> EventReading:
    """Read an event: kind folded, date as ISO 8601 without time, detail as written."""
    day = iso_date(date)
    issues = (UNPARSABLE_EVENT_DATE,) if date and not day else ()
    return EventReading(fold_or_none(kind), day, _trimmed(detail), issues)


def _trimmed(text: str | None) -> str | None:
    """Return a text with single spaces; None when nothing is left."""
    return (_SPACES.sub(" ", text).strip() or None) if text else None

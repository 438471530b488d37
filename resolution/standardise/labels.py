"""Read labels, such as the kind of an event, and words kept as they are written."""

import re
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise.text import Issues, fold_or_none

_SPACES = re.compile(r"\s+")


class LabelReading(NamedTuple):
    """One label or text read."""

    text: str | None
    issues: Issues = ()


@lru_cache(maxsize=1 << 12)
def read_label(text: str | None) -> LabelReading:
    """Read a label: folded to upper-case words."""
    return LabelReading(fold_or_none(text))


def read_words(text: str | None) -> LabelReading:
    """Read words whose letters matter, such as a record id: only the spaces are tidied."""
    return LabelReading((_SPACES.sub(" ", text).strip() or None) if text else None)

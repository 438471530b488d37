# ruff: noqa: RUF001
"""Take apart what is written inside a name: nicknames, former names, aliases."""

import re
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise import name_words as table
from resolution.standardise.text import to_ascii_upper

_SPECIAL = re.compile(
    r"""[(\[{"“”«»„‘@;]|\bn[ée]+e\b|\bborn\b|\bformerly\b|\bgeb|\bk\.?a\b|\balias\b""", re.I
)
_NICKNAME = re.compile(
    r"""[(\["“«„]\s*([^()\[\]"“”«»„]{2,40}?)\s*[)\]"”»“]|(?<=\s)['‘]([^'‘’]{2,40})['’](?=\s)"""
)
_FORMER = re.compile(
    r"[\s,(]+(?:n[ée]+e|born|formerly|f\.?k\.?a\.?|geb\.|geborene?)\s+([^(),]+)\)?\s*$", re.I
)
_ALIAS = re.compile(r"\s*(?:;|\s@\s*|\ba\.?\s?k\.?\s?a\.?\s|\balias\s)\s*", re.I)


class NameText(NamedTuple):
    """A name text parted from what was written inside it."""

    text: str
    nicknames: tuple[str, ...] = ()
    former: str | None = None
    aliases: tuple[str, ...] = ()


def is_special(text: str) -> bool:
    """Tell whether a text has any mark or word that may set a name inside it apart."""
    return _SPECIAL.search(text) is not None


@lru_cache(maxsize=1 << 16)
def take_apart(text: str) -> NameText:
    """Take nicknames, former names and aliases out of a text."""
    if not is_special(text) and " '" not in text:
        return NameText(text)
    text, *aliases = [piece for piece in _ALIAS.split(text) if piece.strip(" ,")] or [""]
    former = _FORMER.search(text)
    text = text[: former.start()] if former else text
    found = ((one or other).strip(" ,") for one, other in _NICKNAME.findall(text))
    # Years of life and titles stand in brackets too.
    nicknames = tuple(name for name in found if _is_name(name))
    text = _NICKNAME.sub(" ", text)
    return NameText(text, nicknames, former[1].strip() if former else None, tuple(aliases))


def _is_name(text: str) -> bool:
    """Tell whether a text in brackets may be a name."""
    tokens = to_ascii_upper(text).replace(".", " ").split()
    return not any(map(str.isdigit, text)) and not all(token in table.TITLES for token in tokens)

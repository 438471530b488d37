"""Fold text of any script to plain upper-case ASCII, so that spellings can be compared."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

_SEPARATORS = str.maketrans({chr(i): " " for i in range(128) if not chr(i).isalnum()})
_COMPACT = str.maketrans({chr(i): None for i in range(128) if not chr(i).isalnum()})
# Format characters join or hide letters (zero-width joiners, direction marks, soft hyphens);
# controls part them.
_CONTROL_CATEGORIES = {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}


class Issue(NamedTuple):
    """What could not be read well in one value; never holds the value itself."""

    code: str
    detail: str


Issues = tuple[Issue, ...]


def words(text: str, separator: str | None = None) -> frozenset[str]:
    """Return the words of a table as a set; phrases where a separator parts them."""
    return frozenset(text.split(separator))


def normalise_unicode(text: str) -> str:
    """Return NFKC text with format characters dropped and controls turned to spaces."""
    if text.isascii():
        return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    kept = []
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if category != "Cf":
            kept.append(" " if category in _CONTROL_CATEGORIES else char)
    return "".join(kept)


def to_ascii_upper(text: str) -> str:
    """Transliterate to ASCII upper case, punctuation kept; other scripts letter by letter."""
    text = normalise_unicode(text)
    return text.upper() if text.isascii() else normalise_unicode(anyascii(text)).upper()


def fold(text: str) -> str:
    """Return the words of a text: ASCII upper case, A-Z and 0-9, parted by single spaces."""
    if text.isascii() and text.isalnum():
        return text.upper()
    ascii_text = to_ascii_upper(text).replace("'", "").replace("`", "")
    return " ".join(ascii_text.translate(_SEPARATORS).split())


def fold_or_none(text: str | None) -> str | None:
    """Fold a text; None when nothing is left."""
    return (fold(text) or None) if text else None


def compact(text: str) -> str:
    """Return only the letters and digits of a text: ASCII A-Z and 0-9, no spaces."""
    if text.isascii():
        upper = text.upper()
        return upper if upper.isalnum() else upper.translate(_COMPACT)
    return to_ascii_upper(text).translate(_COMPACT)


# What a Unicode character name starts with, and its ISO 15924 code.
_SCRIPT_OF_NAME = {
    "LATIN": "Latn",
    "ARABIC": "Arab",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "CJK": "Hani",
    "HANGUL": "Hang",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HEBREW": "Hebr",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GURMUKHI": "Guru",
    "GUJARATI": "Gujr",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "KANNADA": "Knda",
    "MALAYALAM": "Mlym",
    "SINHALA": "Sinh",
    "THAI": "Thai",
    "LAO": "Laoo",
    "KHMER": "Khmr",
    "MYANMAR": "Mymr",
    "TIBETAN": "Tibt",
    "GEORGIAN": "Geor",
    "ARMENIAN": "Armn",
    "ETHIOPIC": "Ethi",
    "SYRIAC": "Syrc",
    "THAANA": "Thaa",
    "MONGOLIAN": "Mong",
    "TIFINAGH": "Tfng",
}


@lru_cache(maxsize=1 << 14)
def _script_of_letter(char: str) -> str:
    """Return the script of one letter; Zyyy where its Unicode name does not tell."""
    return _SCRIPT_OF_NAME.get(unicodedata.name(char, "").split(" ")[0], "Zyyy")


def script_of(text: str) -> str | None:
    """Return the ISO 15924 code of most letters of a text; None when it has no letters."""
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else None
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            script = _script_of_letter(char)
            counts[script] = counts.get(script, 0) + 1
    if not counts:
        return None
    # Kana anywhere tells Japanese, even where Han characters are the most.
    return "Jpan" if "Jpan" in counts else max(counts, key=lambda script: counts[script])

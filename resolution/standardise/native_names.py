# ruff: noqa: RUF001
"""Write names of other scripts in Latin letters, where letter by letter is not enough."""

import unicodedata
from functools import lru_cache

from anyascii import anyascii

from resolution.standardise import native_words as table
from resolution.standardise.text import normalise_unicode

_ARABIC_FOLDED = str.maketrans(table.ARABIC_FOLDED)
_ARABIC_LETTERS = str.maketrans(table.ARABIC_LETTERS)
_ARTICLE = "ال"
_GREEK_U = str.maketrans({"υ": "u", "ύ": "u", "Υ": "U", "Ύ": "U"})


def romanise_whole(text: str, script: str | None) -> tuple[str, str | None]:
    """Write a whole name in Latin letters, with its order where the script tells it.

    Chinese and Korean names put the family name first and leave no space behind it.
    """
    if script not in ("Hani", "Hang"):
        return romanise(text, script), None
    characters = normalise_unicode(text).strip()
    if len(characters.split()) == 2:
        family, given = characters.split()
    elif 2 <= len(characters) <= 4 and " " not in characters and "·" not in characters:
        at = 2 if characters[:2] in table.HAN_DOUBLE_FAMILY and len(characters) > 2 else 1
        family, given = characters[:at], characters[at:]
    else:
        return romanise(text, script), None
    return f"{romanise(family, script)} {romanise(given, script)}", "family_first"


def romanise(text: str, script: str | None) -> str:
    """Write a name, or a part of one, in Latin letters; Latin text is returned as it is."""
    if script in (None, "Latn") or text.isascii():
        return text
    text = normalise_unicode(text)
    if script == "Arab":
        return " ".join(map(_romanise_arabic, _join_servants(text)))
    if script == "Hang" and text.strip() in table.KOREAN_FAMILY:
        return table.KOREAN_FAMILY[text.strip()]
    if script == "Grek":
        text = text.replace("ου", "ou").replace("ού", "ou")
        text = text.replace("ευ", "ev").replace("αυ", "av").translate(_GREEK_U)
    if script == "Deva":
        text = _with_inherent_vowels(text)
    # Upper case at once: the transliteration starts every Chinese character with a capital.
    return anyascii(text).upper()


def _join_servants(text: str) -> list[str]:
    """Part an Arabic text into words; "servant of" and the name of God are one."""
    unmarked = "".join(c for c in text if unicodedata.category(c) != "Mn" and c != "ـ")
    joined: list[str] = []
    for word in unmarked.translate(_ARABIC_FOLDED).split():
        if joined and joined[-1] == "عبد":
            joined[-1] += word
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=1 << 14)
def _romanise_arabic(word: str) -> str:
    """Write one Arabic or Persian word: from the table, else letter by letter without vowels."""
    if word in table.ARABIC_NAMES:
        return table.ARABIC_NAMES[word]
    if word.startswith("عبد" + _ARTICLE) and len(word) > 6:
        return "ABDUL" + _romanise_arabic(word[5:])
    if word.startswith(_ARTICLE) and len(word) > 4:
        return "AL" + _romanise_arabic(word[2:])
    for at in range(3, len(word) - 2):
        # Persian compounds are written in one: علیرضا, محمدعلی.
        head, rest = word[:at], word[at:]
        if head in table.ARABIC_NAMES and rest in table.ARABIC_NAMES:
            return table.ARABIC_NAMES[head] + table.ARABIC_NAMES[rest]
    latin = word.translate(_ARABIC_LETTERS)
    if word.startswith("و"):
        return "W" + latin[1:]
    return "Y" + latin[1:] if word.startswith("ي") else latin


def _with_inherent_vowels(text: str) -> str:
    """Write the vowel a that Devanagari consonants carry, but not at the end of a word."""
    written: list[str] = []
    for at, char in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2] or " "
        written.append("n" if char == "ं" else char)
        is_consonant = "क" <= char <= "ह" or "क़" <= char <= "य़"
        # A cluster keeps its vowel even at the end: Narendra.
        is_closed = "क" <= after <= "ह" or after in "ंँः" or (before == "्" and not after.isalnum())
        if is_consonant and is_closed and after not in "ािीुूृेैोौ्":
            written.append("a")
    return "".join(written)

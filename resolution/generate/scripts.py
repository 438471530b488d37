# ruff: noqa: RUF001  the look-alike letters are the point here
"""Writes Latin names in the scripts their bearers use, near enough to look and behave right."""

import functools

_CYRILLIC = {
    "shch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я",
    "yo": "ё", "ye": "е", "iy": "ий", "a": "а", "b": "б", "c": "ц", "d": "д", "e": "е", "f": "ф",
    "g": "г", "h": "г", "i": "и", "j": "ж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о",
    "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "й",
    "z": "з",
}  # fmt: skip
# Short vowels inside a word are not written.
_ARABIC = {
    "sh": "ش", "kh": "خ", "th": "ث", "dh": "ذ", "gh": "غ", "ch": "چ", "zh": "ژ", "aa": "ا",
    "ee": "ي", "oo": "و", "ou": "و", "ei": "ي", "ai": "ي", "ay": "ي", "au": "و", "b": "ب",
    "c": "ك", "d": "د", "e": "", "f": "ف", "g": "گ", "h": "ح", "i": "ي", "j": "ج", "k": "ك",
    "l": "ل", "m": "م", "n": "ن", "o": "و", "p": "پ", "q": "ق", "r": "ر", "s": "س", "t": "ت",
    "u": "و", "v": "و", "w": "و", "x": "كس", "y": "ي", "z": "ز", "a": "",
}  # fmt: skip
_ETHIOPIC_BASE = {
    "sh": 0x1238, "ch": 0x1278, "zh": 0x12E0, "ts": 0x1338, "kh": 0x12B8, "gh": 0x1308, "h": 0x1200,
    "l": 0x1208, "m": 0x1218, "r": 0x1228, "s": 0x1230, "q": 0x1240, "b": 0x1260, "t": 0x1270,
    "n": 0x1290, "k": 0x12A8, "w": 0x12C8, "z": 0x12D8, "y": 0x12E8, "d": 0x12F0, "j": 0x1300,
    "g": 0x1308, "f": 0x1348, "p": 0x1350, "v": 0x1268, "x": 0x12A8, "c": 0x12A8,
}  # fmt: skip
_ETHIOPIC_ORDER = {"e": 0, "u": 1, "i": 2, "a": 3, "o": 6}
_DEVANAGARI = {
    "ksh": "क्ष", "chh": "छ", "sh": "श", "ch": "च", "th": "थ", "dh": "ध", "bh": "भ", "gh": "घ",
    "kh": "ख", "ph": "फ", "jh": "झ", "b": "ब", "c": "क", "d": "द", "f": "फ", "g": "ग", "h": "ह",
    "j": "ज", "k": "क", "l": "ल", "m": "म", "n": "न", "p": "प", "q": "क", "r": "र", "s": "स",
    "t": "त", "v": "व", "w": "व", "x": "क्स", "y": "य", "z": "ज",
}  # fmt: skip
_MATRA = {
    "aa": "ा", "ee": "ी", "oo": "ू", "ai": "ै", "au": "ौ", "a": "", "e": "े",
    "i": "ि", "o": "ो", "u": "ु",
}  # fmt: skip
_VOWEL = {
    "aa": "आ", "ee": "ई", "oo": "ऊ", "ai": "ऐ", "au": "औ", "a": "अ", "e": "ए",
    "i": "इ", "o": "ओ", "u": "उ",
}  # fmt: skip


def _units(word: str, *alphabets: dict[str, str] | dict[str, int]) -> list[str]:
    """Cut a word into the longest units any of the alphabets knows."""
    units, at = [], 0
    while at < len(word):
        for size in (4, 3, 2, 1):
            unit = word[at : at + size]
            if size == 1 or any(unit in alphabet for alphabet in alphabets):
                units.append(unit)
                break
        at += len(unit)
    return units


def _cyrillic(word: str) -> str:
    text = "".join(_CYRILLIC.get(unit, unit) for unit in _units(word, _CYRILLIC))
    return text[:1].upper() + text[1:]


def _arabic(word: str) -> str:
    if word.startswith(("al-", "el ", "al ")):
        return "ال" + _arabic(word[3:])
    text = "".join(_ARABIC.get(unit, unit) for unit in _units(word, _ARABIC))
    if word[:1] in "aeiou":
        text = "ا" + (text[1:] if word[0] in "iou" else text)
    return text + ("ا" if word.endswith("a") else "")


def _ethiopic(word: str) -> str:
    units = _units(word, _ETHIOPIC_BASE)
    signs: list[str] = []
    at = 0
    while at < len(units):
        order = _ETHIOPIC_ORDER.get(units[at + 1], 5) if at + 1 < len(units) else 5
        if units[at] in _ETHIOPIC_BASE:
            signs.append(chr(_ETHIOPIC_BASE[units[at]] + order))
            at += 1 if order == 5 else 2
        else:
            signs.append(chr(0x12A0 + _ETHIOPIC_ORDER.get(units[at], 5)))
            at += 1
    return "".join(signs)


def _devanagari(word: str) -> str:
    signs, after_consonant = [], False
    for unit in _units(word, _DEVANAGARI, _VOWEL):
        if unit in _DEVANAGARI:
            signs.append(("्" if after_consonant else "") + _DEVANAGARI[unit])
        else:
            signs.append((_MATRA if after_consonant else _VOWEL).get(unit, unit))
        after_consonant = unit in _DEVANAGARI
    return "".join(signs)


_WRITERS = {"Cyrl": _cyrillic, "Arab": _arabic, "Ethi": _ethiopic, "Deva": _devanagari}


@functools.lru_cache(maxsize=100_000)
def native_token(token: str, script: str) -> str:
    """Write one Latin name in a script; a script not known here gives the name itself."""
    writer = _WRITERS.get(script)
    if writer is None:
        return token
    return " ".join(writer(word) for word in token.lower().split(" "))

"""The single mistakes of clerks and keyboards: in a name, a number, a date."""

from collections.abc import Callable
from random import Random

from resolution.generate.calendars import YearMonthDay
from resolution.generate.culture import Culture

# Stands for a name the source does not know; each source has its own words for it.
UNKNOWN = "\x00"
_NEAR_KEYS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "mb", "o": "ip", "p": "o",
    "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "iy", "v": "bc", "w": "eq", "x": "zc",
    "y": "tu", "z": "xs",
}  # fmt: skip
_LOOK_ALIKE = str.maketrans("0O1I5S8B2Z6G", "O0I1S5B8Z2G6")


def other_spelling(text: str, culture: Culture, rng: Random) -> str:
    """Write a name, more often than not, in another of its spellings."""
    if text == UNKNOWN or rng.random() < 0.35:
        return text
    others = culture.other_spellings(text)
    if others:
        return others[int(rng.random() * len(others))]
    if " " not in text:
        return text
    tokens = text.split(" ")
    at = int(rng.random() * len(tokens))
    others = culture.other_spellings(tokens[at])
    if others:
        tokens[at] = others[int(rng.random() * len(others))]
    return " ".join(tokens)


def mistype(text: str, rng: Random) -> str:
    """Make one typing error: a letter replaced, left out, doubled, or two swapped."""
    at = 1 + int(rng.random() * (len(text) - 1))
    kind = rng.random()
    if kind < 0.35:
        near = _NEAR_KEYS.get(text[at].lower(), "e")
        letter = near[int(rng.random() * len(near))]
        return text[:at] + letter + text[at + 1 :]
    if kind < 0.6:
        return text[:at] + text[at + 1 :]
    if kind < 0.8:
        return text[:at] + text[at] + text[at:]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def mistype_number(number: str, rng: Random) -> str:
    """Spoil one sign of a document number: another digit, a look-alike, a swap, or one left out."""
    at = 1 + int(rng.random() * (len(number) - 1))
    kind = rng.random()
    if kind < 0.45:
        return f"{number[:at]}{int(rng.random() * 10)}{number[at + 1 :]}"
    if kind < 0.65:
        return number[:at] + number[at].translate(_LOOK_ALIKE) + number[at + 1 :]
    if kind < 0.9:
        return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]
    return number[:at] + number[at + 1 :]


def _default(birth: YearMonthDay, _rng: Random) -> YearMonthDay:
    return birth[0], 1, 1


def _swapped(birth: YearMonthDay, _rng: Random) -> YearMonthDay:
    return (birth[0], birth[2], birth[1]) if birth[2] <= 12 else birth


def _a_year_off(birth: YearMonthDay, rng: Random) -> YearMonthDay:
    years = (-1, 1, -1, 1, -2, 2, 10)[int(rng.random() * 7)]
    return birth[0] + years, birth[1], min(birth[2], 28)


def _digit_off(birth: YearMonthDay, rng: Random) -> YearMonthDay:
    if rng.random() < 0.5:
        return birth[0], birth[1], 1 + int(rng.random() * 28)
    return birth[0], 1 + int(rng.random() * 12), min(birth[2], 28)


# The ways to spoil a date of birth, by the rate that says how often.
BIRTH_ERRORS: tuple[tuple[str, Callable[[YearMonthDay, Random], YearMonthDay]], ...] = (
    ("default_dob", _default),
    ("day_month_swap", _swapped),
    ("year_off", _a_year_off),
    ("dob_typo", _digit_off),
)

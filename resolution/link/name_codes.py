"""Gives each name token its root (one spelling for all its variants) and its sound."""

import re
from functools import cache, lru_cache
from importlib.resources import files

_LONGEST_SOUND = 6

# Applied in this order to a root; what is left of the vowels after the first letter is dropped.
_SOUND_RULES = tuple(
    (re.compile(pattern), becomes)
    for pattern, becomes in (
        (r"^(HS|X)", "S"),
        (r"^(TS|TZ|CZ|TCH)", "C"),
        (r"^KN|^GN", "N"),
        (r"^WR", "R"),
        (r"PH", "F"),
        (r"GHT", "T"),
        (r"SCH|SH|SZ|ZH|CZ|TCH|CH(?=[EIY])", "S"),
        (r"KH|GH|CH|CK|QU|[KQXC](?=S)", "K"),
        (r"C(?=[EIY])", "S"),
        (r"[CQ]", "K"),
        (r"DH", "D"),
        (r"TH", "T"),
        (r"BH", "B"),
        (r"DJ|DZ", "J"),
        (r"X", "KS"),
        (r"Z", "S"),
        (r"W", "V"),
    )
)


# Endings that one alphabet's names get in another: for a token that stands on no line of the table.
_ENDINGS = tuple(
    (re.compile(pattern), becomes)
    for pattern, becomes in (
        (r"(?<=[A-Z]{3}[OE])FF$", "V"),
        (r"(?<=[A-Z][ST]K)(?:IY|II|YY|YI|IJ|YJ|IYI|Y)$", "I"),
        (r"(?<=[A-Z][OE]V)(?:YCH|YTCH|ITCH|ITSCH|IC)$", "ICH"),
    )
)


@cache
def _roots() -> dict[str, str]:
    """Read the variants once: spelling to root, the first line winning."""
    roots: dict[str, str] = {}
    text = files("models.match_model").joinpath("name_variants.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        root, _, variants = line.partition(":")
        for spelling in (root.strip(), *variants.split()):
            roots.setdefault(spelling, root.strip())
    return roots


def root_of(token: str) -> str:
    """Return the one spelling that stands for a token and its variants.

    Args:
        token: folded, A-Z.
    """
    root = _roots().get(token)
    if root is None:
        root = token
        for pattern, becomes in _ENDINGS:
            root = pattern.sub(becomes, root)
    return root


@lru_cache(maxsize=1_000_000)
def sound_of(token: str) -> str:
    """Return how a token sounds, roughly: first letter and consonants, spelling evened out.

    Coarse on purpose: it only brings records together, it never weighs.
    """
    sound = root_of(token)
    if len(sound) <= 2:
        return sound
    for pattern, becomes in _SOUND_RULES:
        sound = pattern.sub(becomes, sound)
    first = "A" if sound[0] in "AEIOUY" else sound[0]
    rest = re.sub(r"[AEIOUYH]", "", sound[1:])
    if first == "H":
        rest = rest or ""
    return re.sub(r"(.)\1+", r"\1", first + rest)[:_LONGEST_SOUND]

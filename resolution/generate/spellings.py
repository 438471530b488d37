"""Other ways to write a name in Latin letters, by the rules of its romanisation."""

import functools

# (as written here, as another clerk or scheme would write it)
_ARABIC = (
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("Al-", "Al "), ("El ", "Al-"), ("kh", "k"), ("q", "k"),
    ("aa", "a"), ("gh", "g"), ("w", "v"), ("ei", "ai"), ("ay", "ai"), ("dh", "d"), ("u", "o"),
    ("y", "i"), ("ss", "s"), ("e", "i"),
)  # fmt: skip
_CYRILLIC = (
    ("shch", "sch"), ("zh", "j"), ("kh", "h"), ("ya", "ia"), ("yu", "iu"), ("yev", "iev"),
    ("iy", "y"), ("ts", "c"), ("ks", "x"), ("ov", "off"), ("ev", "eff"), ("y", "i"), ("v", "w"),
)  # fmt: skip
_ETHIOPIC = (
    ("ts", "tz"), ("gh", "g"), ("ie", "e"), ("ay", "ai"), ("w", "u"), ("q", "k"), ("kh", "k"),
    ("ss", "s"), ("mm", "m"), ("e", "i"), ("y", "i"), ("ge", "ghe"),
)  # fmt: skip
_INDIC = (
    ("ee", "i"), ("oo", "u"), ("th", "t"), ("sh", "s"), ("v", "w"), ("j", "z"), ("aa", "a"),
    ("ksh", "x"), ("dh", "d"), ("ch", "c"), ("i", "ee"),
)  # fmt: skip
_SOMALI = (
    ("x", "h"), ("c", ""), ("aa", "a"), ("uu", "u"), ("oo", "o"), ("ii", "i"), ("q", "k"),
    ("dh", "d"), ("kh", "q"), ("h", "x"),
)  # fmt: skip
_AFRICAN = (("kw", "qu"), ("oo", "u"), ("gy", "j"), ("ei", "ey"), ("w", "u"), ("ch", "tch"))
# Pinyin to Wade-Giles, the endings first.
_CHINESE = (
    ("Zh", "Ch"), ("X", "Hs"), ("Q", "Ch"), ("J", "Ch"), ("Z", "Ts"), ("C", "Ts"), ("R", "J"),
    ("G", "K"), ("D", "T"), ("B", "P"), ("ong", "ung"), ("ian", "ien"), ("ie", "ieh"),
)  # fmt: skip

_BY_STRUCTURE = {
    "horn": _SOMALI,
    "tamil": _INDIC,
    "sikh": _INDIC,
    "chinese": _CHINESE,
    "south_asian_muslim": _ARABIC,
}
_BY_SCRIPT = {"Arab": _ARABIC, "Cyrl": _CYRILLIC, "Ethi": _ETHIOPIC, "Deva": _INDIC}


@functools.lru_cache(maxsize=100_000)
def respell_by_rule(token: str, structure: str, script: str) -> tuple[str, ...]:
    """Return up to three other spellings of a name, none when no rule applies.

    Names of cultures that write Latin letters have no other spelling.
    """
    rules = _BY_SCRIPT.get(script) or _BY_STRUCTURE.get(structure, ())
    if structure == "chinese":
        rules = _CHINESE
    found: list[str] = []
    for old, new in rules:
        changed = token.replace(old, new)
        if changed != token and len(changed) > 1:
            found.append(changed[0].upper() + changed[1:])
    return tuple(dict.fromkeys(found[:3]))

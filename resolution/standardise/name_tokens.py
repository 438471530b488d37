"""Turn one part of a name into tokens that are equal where only the dressing differs."""

import re
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise import name_words as table
from resolution.standardise.text import Issue, Issues, to_ascii_upper

PLACEHOLDER = Issue("placeholder_name", "a filler such as FNU or UNKNOWN was left out")
RELATION = Issue("relation_as_name", "the given name only says who the person is to someone else")
DIGITS = Issue("digits_in_name", "digits in the name were read as letters or left out")

_LINKED_APOSTROPHE = re.compile(r"\b(O|D|L|DELL|DALL)['`]\s*(?=[A-Z])")
_CHILD_OF = re.compile(r"\b(?:[SDW]/O|A/[LP])\b")
_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_REPEATED = re.compile(r"([A-Z])\1{2,}|X{2,}")
_LETTER_OF_DIGIT = str.maketrans("0158", "OISB", "234679")
_ABDUL = (
    (re.compile(r"ABD(?:[AEUO]|OU)?L+A[H]?$"), "ABDULLAH"),
    (re.compile(r"ABD(?:[AEUO]|OU)([RSNTDZ])\1(?=[A-Z]{2})"), r"ABDUL\1"),
    (re.compile(r"ABD[AEUO](?=R(?:AH|EH|AU|AZ|OU))"), "ABDUL"),
    (re.compile(r"ABD(?:[AEO]|OU)L(?=[A-Z]{3})"), "ABDUL"),
)
_UDDIN = re.compile(r"(?<=[A-Z]{3})(?:AL|EL|UL|AD|ED|UD|ID)D(?:IN|INE|EEN|EENE)$")
_ARTICLE_DIN = re.compile(r"(?:AL|EL|AD|ED)D(?:IN|INE|EEN|EENE)$")


class Part(NamedTuple):
    """One part of a name: its tokens, the suffixes found behind them, a title's place names."""

    tokens: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    issues: Issues = ()


@lru_cache(maxsize=1 << 16)
def read_part(text: str, role: str, *, is_alone: bool = False, is_vietnamese: bool = False) -> Part:
    """Read one part of a name.

    Args:
        text: the part as written, in Latin letters or any other.
        role: given, family, or full.
        is_alone: no other part of the name is known, so this one may not lose its last token.
        is_vietnamese: VAN, DO, LE and LA are names here, never particles.
    """
    found = _tokenise(text)
    phrase = " ".join(found)
    if phrase in table.PLACEHOLDER_PHRASES and not (role == "family" and phrase == "X"):
        return Part(issues=(PLACEHOLDER,))
    if role == "given" and not is_vietnamese and _is_relation(found):
        return Part(issues=(RELATION,))
    tokens, issues = _names_only(found)
    whole = role == "full" or (role == "given" and is_alone)
    tokens = _without_titles(tokens, role, is_whole=whole)
    tokens, suffixes = _without_suffixes(tokens, is_whole=whole)
    tokens = _without_peerage(tokens)
    tokens = _glue(tokens, role, is_vietnamese=is_vietnamese)
    if tokens and role != "family":
        tokens[0] = table.ABBREVIATIONS.get(tokens[0], tokens[0]) if len(tokens) > 1 else tokens[0]
    return Part(tuple(map(spell, tokens)), tuple(suffixes), issues)


def spell(token: str) -> str:
    """Write a token the one way its compounds are written: ABDELRAHMAN is ABDULRAHMAN."""
    if token.startswith("ABD"):
        for pattern, replacement in _ABDUL:
            token, count = pattern.subn(replacement, token, count=1)
            if count:
                break
    elif len(token) > 6:
        token = _UDDIN.sub("UDDIN", token)
    return token


@lru_cache(maxsize=1 << 14)
def is_title_tail(text: str) -> bool:
    """Tell whether what follows a comma is a title, as in: Thomas Clifford, 1st Baron Clifford."""
    found = _tokenise(text)
    return bool(found) and (
        _ORDINAL.fullmatch(found[0]) is not None or found[0] in table.PEERAGE | {"OF"}
    )


@lru_cache(maxsize=1 << 14)
def is_suffix(text: str) -> bool:
    """Tell whether a text says nothing but suffixes."""
    found = _tokenise(text)
    return bool(found) and all(t in table.GENERATIONS or t in table.DEGREES for t in found)


def _tokenise(text: str) -> list[str]:
    """Part a name into words of A-Z and 0-9."""
    folded = to_ascii_upper(text)
    if "'" in folded or "`" in folded:
        folded = _LINKED_APOSTROPHE.sub(r"\1", folded).replace("'", "").replace("`", "")
    if "/" in folded:
        folded = _CHILD_OF.sub(" BIN ", folded)
    return _NOT_WORD.sub(" ", folded).split()


def _is_relation(found: list[str]) -> bool:
    """Tell whether a given name is only a relation, perhaps numbered: GRANDDAUGHTER, CHILD 1."""
    named = [token for token in found if not token.isdigit() and len(token) > 1]
    return bool(named) and all(token in table.RELATIONS for token in named)


def _names_only(found: list[str]) -> tuple[list[str], Issues]:
    """Leave out placeholders, and read digits as the letters they stand for."""
    kept: list[str] = []
    issues: list[Issue] = []
    for token in found:
        is_repeated = _REPEATED.fullmatch(token) and token not in table.GENERATIONS
        if token in table.PLACEHOLDERS or is_repeated:
            issues.append(PLACEHOLDER)
            continue
        if not token.isalpha() and not _ORDINAL.fullmatch(token):
            issues.append(DIGITS)
            token = "" if token.isdigit() else token.rstrip("0123456789")
            token = token.translate(_LETTER_OF_DIGIT)
        if token:
            kept.append(token)
    return kept, tuple(dict.fromkeys(issues))


def _without_titles(tokens: list[str], role: str, *, is_whole: bool) -> list[str]:
    """Drop titles in front, as long as enough of the name remains."""
    # A family name on its own keeps KING and DEAN, which are names there.
    left_of_title, left_of_name = (1, 2) if is_whole else (0, 1)
    if role == "family":
        left_of_title, left_of_name = 1, len(tokens)
    at = 0
    while at < len(tokens):
        rest = len(tokens) - at - 1
        is_title = tokens[at] in table.TITLES and rest >= left_of_title
        if not is_title and not (tokens[at] in table.NAME_LIKE_TITLES and rest >= left_of_name):
            break
        at += 1
    return tokens[at:]


def _without_suffixes(tokens: list[str], *, is_whole: bool) -> tuple[list[str], list[str]]:
    """Take suffixes from behind, as long as enough of the name remains."""
    end = len(tokens)
    while end > 1:
        token = tokens[end - 1]
        is_degree = token in table.DEGREES and end > 1 + is_whole
        if token not in table.GENERATIONS and not is_degree:
            break
        end -= 1
    taken = [table.SUFFIX_SPELLINGS.get(token, token) for token in tokens[end:]]
    return tokens[:end], taken


def _without_peerage(tokens: list[str]) -> list[str]:
    """Drop ranks inside a name, and repeat no family name: JOHN HOME 3RD EARL OF HOME."""
    if "OF" not in tokens and not any(map(_ORDINAL.fullmatch, tokens)):
        return tokens
    kept: list[str] = []
    in_title = False
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        is_ordinal = _ORDINAL.fullmatch(token) is not None
        is_rank = token in table.PEERAGE and (in_title or following == "OF" or at == 0)
        in_title = in_title or is_ordinal or is_rank
        is_dropped = is_ordinal or is_rank or token in ("OF", "THE")
        if not is_dropped and not (in_title and token in kept):
            kept.append(token)
    return kept


def _glue(tokens: list[str], role: str, *, is_vietnamese: bool) -> list[str]:
    """Glue particles to what follows them and drop connectors between tokens."""
    if len(tokens) < 2:
        return tokens
    glued: list[str] = []
    pending = ""
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if following and token in table.CONNECTORS and (glued or pending or role == "family"):
            continue
        if following and role == "family" and token in ("Y", "E") and glued:
            continue
        if (
            glued
            and not pending
            and leans_back(token)
            and (following or token not in table.LEANING)
        ):
            glued[-1] += token
        elif following and not is_vietnamese and _is_particle(tokens, at, role, bool(pending)):
            pending += token
        elif glued and token in table.DIN and (pending or glued[-1][-2:] in table.LEANING):
            glued[-1] += pending + token
            pending = ""
        else:
            glued.append(pending + token)
            pending = ""
    return glued


def leans_back(token: str) -> bool:
    """Tell whether a token belongs to the one before: ZIA UL HAQ, SALAH ALDIN."""
    return token in table.LEANING or _ARTICLE_DIN.match(token) is not None


def _is_particle(tokens: list[str], at: int, role: str, after_particle: bool) -> bool:  # noqa: FBT001
    """Tell whether a token is glued to the next one."""
    token, following = tokens[at], tokens[at + 1]
    if following.startswith(table.ASSIMILATED.get(token, "-")):
        return True
    if role == "family" and token in table.FAMILY_PARTICLES:
        return True
    if token not in table.PARTICLES:
        return False
    if at > 0 or after_particle or role == "family":
        return True
    is_doubtful = token in table.DOUBTFUL_LEADING_PARTICLES
    return token in table.LEADING_PARTICLES or (is_doubtful and len(tokens) > 2)

# ruff: noqa: RUF001
"""Read names of people: titles, suffixes, particles, order, nicknames, placeholders, any script."""

import re
from functools import lru_cache
from typing import NamedTuple

from resolution.standardise import name_words as table
from resolution.standardise.name_tokens import Part, is_suffix, is_title_tail, leans_back, read_part
from resolution.standardise.names_inside import is_special, take_apart
from resolution.standardise.native_names import romanise, romanise_whole
from resolution.standardise.text import Issue, Issues, normalise_unicode, script_of, to_ascii_upper

NO_NAME = Issue("no_name", "no name is left once titles and placeholders are dropped")
SEVERAL = Issue("several_names", "a nickname, former name or alias inside was made its own item")

# As airlines write: SMITH/JOHN MR. A single letter before the slash is "son of", S/O.
_SLASHED = re.compile(r"\s*([^/]*[^/\s]{2}\s*)/\s*([^/]+)")
_SLASHED_TITLE = re.compile(r"(?<=[A-Z])\s*\b(?:MR|MRS|MS|MISS|MSTR|CHD|INF|DR)$")
_CAPITALS = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")


class NameReading(NamedTuple):
    """One name read; every part is None or empty when no name is left."""

    kind: str | None = None
    full: str | None = None
    given: str | None = None
    family: str | None = None
    tokens: tuple[str, ...] = ()
    suffix: str | None = None
    script: str | None = None
    issues: Issues = ()


def read_names(
    kind: str | None,
    full: str | None,
    given: str | None,
    middle: str | None,
    family: str | None,
    suffix: str | None,
    order: str | None,
) -> list[NameReading]:
    """Read one item of names: the name itself first, then any names found inside it.

    Args:
        kind: primary, alias, former or native, carried over.
        full: the whole name; read only when no part of it is given on its own.
        given: the given names.
        middle: more given names.
        family: the family name, or names.
        suffix: JR, III, PhD and the like.
        order: given_first or family_first for `full`; None when unknown, and then only a comma,
            a slash, capitals or the script may tell.

    Returns:
        At least one reading. `tokens` holds every word of the name in the order of `full`.
    """
    if not suffix and (plain := _read_plain(kind, full, given, middle, family)):
        return [plain]
    if _has_text(given) or _has_text(middle) or _has_text(family):
        given_text = f"{given} {middle}" if given and middle else given or middle or ""
        return _read_parts(kind, given_text, family or "", suffix)
    return _read_whole(kind, full or "", suffix, order)


class _PlainPart(NamedTuple):
    """A part of a name that needs no care; `is_free` when joining it to another changes neither."""

    tokens: tuple[str, ...]
    text: str
    is_free: bool


@lru_cache(maxsize=1 << 16)
def _plain_part(text: str, role: str) -> _PlainPart | None:
    """Read a part that needs no care, as nearly all do; None for any other."""
    if not text.isascii() or "'" in text or is_special(text):
        return None
    part = read_part(text, role)
    needs_care = part.suffixes or part.issues or not part.tokens
    if needs_care or not (table.VIETNAMESE | table.SERVANTS).isdisjoint(part.tokens):
        return None
    found = text.upper().replace(".", " ").split()
    # An ordinal starts a title that goes on, and repeats no name.
    is_bound = any(map(leans_back, part.tokens)) or any(map(str.isdigit, text))
    is_free = table.BEARING_ON_OTHERS.isdisjoint(found) and not is_bound
    return _PlainPart(part.tokens, " ".join(part.tokens), is_free)


def _read_plain(
    kind: str | None, full: str | None, given: str | None, middle: str | None, family: str | None
) -> NameReading | None:
    """Read a name whose parts are all plain; the careful way says the same in five times the time.

    The parts are what repeats in a table, so they are read once and put together here.
    """
    if full and not (given or middle or family):
        family, comma, given = full.partition(",")
        if not comma or "," in given or is_title_tail(given) or is_suffix(given):
            return None
    if not given or not family:
        return None
    first, last = _plain_part(given, "given"), _plain_part(family, "family")
    if first is None or last is None:
        return None
    tokens, text = first.tokens, first.text
    if middle:
        second = _plain_part(middle, "given")
        if second is None or not (first.is_free and second.is_free):
            return None
        tokens, text = tokens + second.tokens, f"{text} {second.text}"
    whole = f"{text} {last.text}"
    return NameReading(kind, whole, text, last.text, tokens + last.tokens, None, "Latn")


def _has_text(text: str | None) -> bool:
    """Tell whether there is anything to read."""
    return text is not None and text != "" and not text.isspace()


def _read_parts(
    kind: str | None, given: str, family: str, suffix: str | None, script: str | None = None
) -> list[NameReading]:
    """Read a name given in parts, with the nicknames and former names found in them."""
    script = script or script_of(given + family)
    inside_given = take_apart(given)
    inside_family = take_apart(family)
    first, last = inside_given.text, inside_family.text
    others = [("alias", nickname, last) for nickname in inside_given.nicknames]
    others += [("alias", first, other) for other in inside_family.nicknames]
    others += [("former", first, name) for name in (inside_family.former,) if name]
    others += [("alias", other, last) for other in inside_given.aliases]
    others += [("alias", first, other) for other in inside_family.aliases]
    main = _name(kind, first, last, suffix, script)
    if not others:
        return [main]
    main = main._replace(issues=(*main.issues, SEVERAL))
    return [main, *(_name(as_kind, one, two, None, script) for as_kind, one, two in others)]


def _name(
    kind: str | None, given: str, family: str, suffix: str | None, script: str | None
) -> NameReading:
    """Read the two parts of one name and put them together."""
    given, family = romanise(given, script), romanise(family, script)
    first = read_part(given, "given", is_alone=not family)
    last = read_part(family, "family")
    if table.VIETNAMESE.intersection(first.tokens + last.tokens):
        first = read_part(given, "given", is_alone=not family, is_vietnamese=True)
        last = read_part(family, "family", is_vietnamese=True)
    if family and len(first.tokens) > 1 and first.tokens[-1] in table.SERVANTS:
        last = read_part(f"{first.tokens[-1]} {family}", "family")
        first = first._replace(tokens=first.tokens[:-1])
    return _reading(kind, first, last, (), suffix, script)


def _reading(
    kind: str | None,
    given: Part,
    family: Part,
    tail: tuple[str, ...],
    suffix: str | None,
    script: str | None,
) -> NameReading:
    """Make a reading of parts already read."""
    tokens = given.tokens + family.tokens
    tokens += tuple(token for token in tail if token not in tokens) if tail else ()
    suffixes = family.suffixes + given.suffixes
    if suffix:
        stated = read_part("X " + suffix, "family")
        suffixes += stated.suffixes + stated.tokens[1:]
    issues = given.issues + family.issues
    issues = tuple(dict.fromkeys(issues)) if issues else ()
    return NameReading(
        kind=kind,
        full=" ".join(tokens) or None,
        given=" ".join(given.tokens) or None,
        family=" ".join(family.tokens) or None,
        tokens=tokens,
        suffix=" ".join(dict.fromkeys(suffixes)) if suffixes else None,
        script=script,
        issues=issues if tokens else (*issues, NO_NAME),
    )


def _read_whole(
    kind: str | None, full: str, suffix: str | None, order: str | None
) -> list[NameReading]:
    """Read a name written in one text."""
    inside = take_apart(full)
    script = script_of(inside.text)
    text, told_order = romanise_whole(inside.text, script)
    main = _read_text(kind, text, suffix, order or told_order, script)
    others = [_read_text("alias", name, None, order, script_of(name)) for name in inside.aliases]
    for nickname in inside.nicknames:
        # A nickname of one word stands for the given names, a longer one is a whole name.
        if " " in nickname:
            others.append(_read_text("alias", nickname, None, None, script_of(nickname)))
        else:
            family = main.family or " ".join(main.tokens[1:])
            name = _name("alias", nickname, family, None, script)
            others.append(name if main.family else name._replace(given=None, family=None))
    if inside.former:
        given = main.given or " ".join(main.tokens[:-1])
        name = _name("former", given, inside.former, None, script)
        others.append(name if main.given else name._replace(given=None, family=None))
    if not others:
        return [main]
    return [main._replace(issues=(*main.issues, SEVERAL)), *others]


def _read_text(
    kind: str | None, text: str, suffix: str | None, order: str | None, script: str | None
) -> NameReading:
    """Read a whole name by what tells its order: comma, slash, capitals, or what is known."""
    text = normalise_unicode(text)
    tail: tuple[str, ...] = ()
    head, comma, rest = text.replace("،", ",").partition(",")
    if comma and is_title_tail(rest):
        found = read_part("X " + rest, "full").tokens[1:]
        text, tail = head, tuple(token for token in found if token not in table.PEERAGE)
    elif comma and is_suffix(rest):
        text, suffix = head, f"{rest} {suffix or ''}"
    elif comma and head.strip() and rest.strip():
        rest, _, more = rest.partition(",")
        given = rest if is_suffix(more) else f"{rest} {more}"
        return _name(kind, given, head, more if is_suffix(more) else suffix, script)
    elif slashed := _SLASHED.fullmatch(to_ascii_upper(text)):
        family, given = slashed.groups()
        return _name(kind, _SLASHED_TITLE.sub("", given), family, suffix, script)
    elif order is None and (parts := _by_capitals(text)):
        return _name(kind, parts[0], parts[1], suffix, script)
    part = read_part(text, "full")
    if table.VIETNAMESE.intersection(part.tokens):
        part = read_part(text, "full", is_vietnamese=True)
    return _in_order(kind, part, tail, suffix, order, script)


def _in_order(
    kind: str | None,
    part: Part,
    tail: tuple[str, ...],
    suffix: str | None,
    order: str | None,
    script: str | None,
) -> NameReading:
    """Part the tokens of a whole name where the order is known; else leave the parts unknown."""
    if order not in ("given_first", "family_first") or len(part.tokens) < 2:
        reading = _reading(kind, part, Part(), tail, suffix, script)
        return reading._replace(given=None)
    at = len(part.tokens) - 1 if order == "given_first" else 1
    one, two = part.tokens[:at], part.tokens[at:]
    given, family = (one, two) if order == "given_first" else (two, one)
    return _reading(kind, part._replace(tokens=given), Part(family), tail, suffix, script)


def _by_capitals(text: str) -> tuple[str, str] | None:
    """Part a name whose family name alone is in capitals: Jean-Paul SARTRE, SARTRE Jean-Paul."""
    found = text.split()
    if text.isupper() or text.islower() or len(found) < 2:
        return None
    is_capital = [word.isupper() and _CAPITALS.fullmatch(word) is not None for word in found]
    count = sum(is_capital)
    dressing = table.GENERATIONS | table.DEGREES | table.TITLES
    capitals = [word for word, capital in zip(found, is_capital, strict=True) if capital]
    if not 0 < count < len(found) or any(to_ascii_upper(word) in dressing for word in capitals):
        return None
    if all(is_capital[-count:]):
        return " ".join(found[:-count]), " ".join(found[-count:])
    # Two capitals in front are as often initials.
    if all(is_capital[:count]) and max(map(len, capitals)) > 2:
        return " ".join(found[count:]), " ".join(found[:count])
    return None

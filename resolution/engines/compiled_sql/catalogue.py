"""The functions of DuckDB that are compiled: what they take, what they give, what computes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from resolution.engines.compiled_sql.kinds import (
    NOTHING,
    REAL,
    TEXT,
    TRUTH,
    WHOLE,
    Kind,
    is_number,
    list_of,
    unite,
)

_Gives = Callable[[Sequence[Kind]], Kind | None]


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Attributes:
        calls: the name of what computes it, in `functions` or `list_functions`.
        gives: the kind of its value by those of its arguments; None if it does not take them.
        may_be_null: it can be null though no argument is.
        takes_null: it can be known though an argument is null.
    """

    calls: str
    gives: _Gives
    may_be_null: bool = False
    takes_null: bool = False


def _takes(*expected: Kind, gives: Kind) -> _Gives:
    def given(kinds: Sequence[Kind]) -> Kind | None:
        fits = len(kinds) == len(expected) and all(
            kind in (wanted, NOTHING) for kind, wanted in zip(kinds, expected, strict=True)
        )
        return gives if fits else None

    return given


def _item(kinds: Sequence[Kind]) -> Kind | None:
    """Return what the elements of the only argument are."""
    return kinds[0].item if len(kinds) == 1 else None


def _same_list(kinds: Sequence[Kind]) -> Kind | None:
    return kinds[0] if len(kinds) == 1 and kinds[0].item else None


def _plain_item(kinds: Sequence[Kind]) -> Kind | None:
    """Return what the elements are, if they have an order."""
    item = _item(kinds)
    return item if item and not item.item and not item.fields else None


def _plain_list(kinds: Sequence[Kind]) -> Kind | None:
    return kinds[0] if _plain_item(kinds) else None


def _two_lists(gives: Kind | None = None) -> _Gives:
    def given(kinds: Sequence[Kind]) -> Kind | None:
        united = unite(list(kinds)) if len(kinds) == 2 else None
        # what Python cannot hash, or tells apart otherwise than SQL, is left out
        if united is None or united.item not in (TEXT, WHOLE):
            return None
        return gives or united

    return given


def _list_and_item(gives: Kind) -> _Gives:
    def given(kinds: Sequence[Kind]) -> Kind | None:
        fits = len(kinds) == 2 and kinds[0].item in (TEXT, WHOLE)
        return gives if fits and unite([list_of(kinds[1]), kinds[0]]) == kinds[0] else None

    return given


def _lists(kinds: Sequence[Kind]) -> Kind | None:
    united = unite(list(kinds))
    return united if united and united.item else None


def _alike(kinds: Sequence[Kind]) -> Kind | None:
    united = unite(list(kinds))
    return united if united and not united.item and not united.fields else None


def _number(kinds: Sequence[Kind]) -> Kind | None:
    return kinds[0] if len(kinds) == 1 and kinds[0] in (WHOLE, REAL) else None


def _sum(kinds: Sequence[Kind]) -> Kind | None:
    item = _item(kinds)
    return item if item in (WHOLE, REAL) else None


def _flat(kinds: Sequence[Kind]) -> Kind | None:
    item = _item(kinds)
    return item if item and item.item else None


def _length(kinds: Sequence[Kind]) -> Kind | None:
    return WHOLE if len(kinds) == 1 and (kinds[0].item or kinds[0] == TEXT) else None


def _join(kinds: Sequence[Kind]) -> Kind | None:
    return TEXT if len(kinds) == 2 and kinds[0].item == TEXT and kinds[1] == TEXT else None


def _texts(kinds: Sequence[Kind]) -> Kind | None:
    return TEXT if kinds and all(kind in (TEXT, NOTHING) for kind in kinds) else None


def _any_true(kinds: Sequence[Kind]) -> Kind | None:
    return TRUTH if _item(kinds) == TRUTH else None


def _difference(kinds: Sequence[Kind]) -> Kind | None:
    """Say what adding, subtracting and multiplying give; sums of decimals are not Python's."""
    united = unite(list(kinds))
    if united is None or not is_number(united):
        return None
    return united if united in (WHOLE, REAL) else None


_TEXT_TEXT = (TEXT, TEXT)
FUNCTIONS = {
    "abs": Function("absolute", _number),
    "array_to_string": Function("join", _join, may_be_null=True),
    "coalesce": Function("first_known", lambda kinds: unite(list(kinds)), takes_null=True),
    "concat_ws": Function("concat_ws", _texts, takes_null=True),
    "damerau_levenshtein": Function("damerau_levenshtein", _takes(*_TEXT_TEXT, gives=WHOLE)),
    "flatten": Function("flatten", _flat),
    "greatest": Function("greatest", _alike, takes_null=True),
    "jaro_winkler_similarity": Function("jaro_winkler_similarity", _takes(*_TEXT_TEXT, gives=REAL)),
    "least": Function("least", _alike, takes_null=True),
    "length": Function("length", _length),
    "levenshtein": Function("levenshtein", _takes(*_TEXT_TEXT, gives=WHOLE)),
    "list_bool_or": Function("any_true", _any_true, may_be_null=True),
    "list_concat": Function("concatenate_lists", _lists, takes_null=True),
    "list_contains": Function("contains", _list_and_item(TRUTH)),
    "list_distinct": Function("distinct", _plain_list),
    "list_has_any": Function("has_any", _two_lists(TRUTH)),
    "list_intersect": Function("intersect", _two_lists()),
    "list_max": Function("greatest_of", _plain_item, may_be_null=True),
    "list_min": Function("least_of", _plain_item, may_be_null=True),
    "list_position": Function("place_of", _list_and_item(WHOLE), may_be_null=True),
    "list_sort": Function("sort", _plain_list),
    "list_string_agg": Function("join_some", _join, may_be_null=True),
    "list_sum": Function("sum_of", _sum, may_be_null=True),
    "nullif": Function("null_if", _alike, may_be_null=True),
    "position": Function("position", _takes(*_TEXT_TEXT, gives=WHOLE)),
    # list_sort(list_distinct()), which most features end with
    "sorted_distinct": Function("distinct_sorted", _plain_list),
    "||": Function("concatenate", _takes(*_TEXT_TEXT, gives=TEXT)),
    "+": Function("add", _difference),
    "-": Function("subtract", _difference),
    "*": Function("multiply", _difference),
    "//": Function("divide_whole", _takes(WHOLE, WHOLE, gives=WHOLE), may_be_null=True),
}

# How sqlglot holds a call, and which of its parts are the arguments, in order.
CALLS: dict[type[exp.Expr], tuple[str, tuple[str, ...]]] = {
    exp.Abs: ("abs", ("this",)),
    exp.Add: ("+", ("this", "expression")),
    exp.ArrayConcat: ("list_concat", ("this", "expressions")),
    exp.ArrayContains: ("list_contains", ("this", "expression")),
    exp.ArrayDistinct: ("list_distinct", ("this",)),
    exp.ArrayMax: ("list_max", ("this",)),
    exp.ArrayMin: ("list_min", ("this",)),
    exp.ArrayOverlaps: ("list_has_any", ("this", "expression")),
    exp.ArrayToString: ("array_to_string", ("this", "expression")),
    exp.Coalesce: ("coalesce", ("this", "expressions")),
    exp.DPipe: ("||", ("this", "expression")),
    exp.Flatten: ("flatten", ("this",)),
    exp.Greatest: ("greatest", ("this", "expressions")),
    exp.IntDiv: ("//", ("this", "expression")),
    exp.JarowinklerSimilarity: ("jaro_winkler_similarity", ("this", "expression")),
    exp.Least: ("least", ("this", "expressions")),
    exp.Length: ("length", ("this",)),
    exp.Levenshtein: ("levenshtein", ("this", "expression")),
    exp.Mul: ("*", ("this", "expression")),
    exp.Nullif: ("nullif", ("this", "expression")),
    exp.StrPosition: ("position", ("this", "substr")),
    exp.Sub: ("-", ("this", "expression")),
}
# Parts that sqlglot sets by itself and that change nothing in DuckDB.
MEANINGLESS = {
    "ignore_nulls", "safe", "coalesce", "check_null", "null_propagation", "typed",
    "value_constructor", "zero_based", "nested", "quoted",
}  # fmt: skip

"""Compiles the functions of text whose patterns and separators must be literals."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from resolution.engines.compiled_sql.catalogue import FUNCTIONS
from resolution.engines.compiled_sql.kinds import NOTHING, TEXT, TRUTH, WHOLE, list_of
from resolution.engines.compiled_sql.values import Scope, Value, only, refused

if TYPE_CHECKING:
    from resolution.engines.compiled_sql.expressions import ExpressionCompiler

# The part of regular expressions that means the same to RE2 and to Python once classes are spelt
# out; `^` and `$` are the ends of the text to RE2.
_PATTERN = re.compile(r"(?:[A-Za-z0-9 _@<>:,/-]|\\[SsDd.]|\[\^?[A-Za-z0-9 _-]+\]|[\^$+*?.|()])+")
_SPELT_OUT = {
    r"\S": r"[^\t\n\f\r ]", r"\s": r"[\t\n\f\r ]", r"\D": "[^0-9]", r"\d": "[0-9]", "$": r"\Z",
}  # fmt: skip


def _split(compiler: "ExpressionCompiler", node: exp.Split, scope: Scope) -> Value:
    only(node, "this", "expression")
    value = _text(compiler, node, scope)
    separator = _separator(node, node.expression)
    return Value(f"split({value.code}, {separator})", list_of(TEXT), never_null=value.never_null)


def _split_part(compiler: "ExpressionCompiler", node: exp.SplitPart, scope: Scope) -> Value:
    only(node, "this", "delimiter", "part_index")
    value = _text(compiler, node, scope)
    separator = _separator(node, node.args["delimiter"])
    place = compiler.value(node.args["part_index"], scope)
    if place.kind != WHOLE or not place.never_null:
        raise refused(node, "which part is a whole number")
    code = f"split_part({value.code}, {separator}, {place.code})"
    return Value(code, TEXT, never_null=value.never_null)


def _text(compiler: "ExpressionCompiler", node: exp.Expr, scope: Scope) -> Value:
    value = compiler.value(node.this, scope)
    if value.kind not in (TEXT, NOTHING):
        raise refused(node, f"text is needed, not {value.kind}")
    return value


def _separator(node: exp.Expr, given: Any) -> str:
    if not isinstance(given, exp.Literal) or not given.is_string or not given.this:
        raise refused(node, "a separator is a literal that is not empty")
    return repr(given.this)


def _concat_ws(compiler: "ExpressionCompiler", node: exp.ConcatWs, scope: Scope) -> Value:
    separator, *values = node.expressions
    _separator(node, separator)
    return compiler.called(
        node, FUNCTIONS["concat_ws"], [compiler.value(one, scope) for one in (separator, *values)]
    )


def _regular_expression(
    compiler: "ExpressionCompiler", node: exp.RegexpLike, scope: Scope
) -> Value:
    only(node, "this", "expression")
    value, pattern = _text(compiler, node, scope), node.expression
    if (
        not isinstance(pattern, exp.Literal)
        or not _PATTERN.fullmatch(pattern.this)
        or "(?" in pattern.this
    ):
        raise refused(node, "such a regular expression is not supported")
    spelt = re.sub(r"\\.|\$", lambda one: _SPELT_OUT.get(one[0], one[0]), pattern.this)
    return Value(f"matches({spelt!r}, {value.code})", TRUTH, never_null=value.never_null)


TEXT_NODES: dict[type[exp.Expr], Callable[[Any, Any, Scope], Value]] = {
    exp.ConcatWs: _concat_ws,
    exp.RegexpLike: _regular_expression,
    exp.Split: _split,
    exp.SplitPart: _split_part,
}

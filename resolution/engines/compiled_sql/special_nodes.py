"""Compiles the expressions that are more than a call: names, literals, subscripts, loops."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from resolution.engines.compiled_sql.catalogue import FUNCTIONS
from resolution.engines.compiled_sql.kinds import (
    DECIMAL,
    NOTHING,
    REAL,
    TEXT,
    TRUTH,
    WHOLE,
    is_number,
    list_of,
    struct_of,
    unite,
)
from resolution.engines.compiled_sql.text_nodes import TEXT_NODES
from resolution.engines.compiled_sql.values import Later, Scope, Value, found_in, only, refused

if TYPE_CHECKING:
    from resolution.engines.compiled_sql.expressions import ExpressionCompiler


def _literal(_: "ExpressionCompiler", node: exp.Literal, __: Scope) -> Value:
    if node.is_string:
        return Value(repr(node.this), TEXT, never_null=True, is_plain=True)
    text = str(node.this)
    if text.isdigit():
        return Value(str(int(text)), WHOLE, never_null=True, is_plain=True)
    kind = REAL if "e" in text.lower() else DECIMAL
    return Value(repr(float(text)), kind, never_null=True, is_plain=True)


def _boolean(_: "ExpressionCompiler", node: exp.Boolean, __: Scope) -> Value:
    return Value(str(bool(node.this)), TRUTH, never_null=True, is_plain=True)


def _null(_: "ExpressionCompiler", __: exp.Null, ___: Scope) -> Value:
    return Value("None", NOTHING, is_plain=True)


def _paren(compiler: "ExpressionCompiler", node: exp.Paren, scope: Scope) -> Value:
    return compiler.value(node.this, scope)


def _negative(compiler: "ExpressionCompiler", node: exp.Neg, scope: Scope) -> Value:
    value = compiler.value(node.this, scope)
    if not is_number(value.kind):
        raise refused(node, f"{value.kind} has no negative")
    if value.never_null:
        return Value(f"(-{value.code})", value.kind, never_null=True, is_plain=value.is_plain)
    return Value(f"negate({value.code})", value.kind)


def _name(compiler: "ExpressionCompiler", node: exp.Expr, scope: Scope) -> Value:
    """Compile a column, a variable of a lambda, or a field of one."""
    if isinstance(node, exp.Column) and (table := node.args.get("table")):
        only(node, "this", "table")
        return _field_of(node, _name(compiler, table, scope), node.name)
    found = found_in(scope, node)
    if found is None:
        raise refused(node, f"there is no column {node.name}")
    if isinstance(found, Later):
        return compiler.value(found.node, found.scope)
    return found


def _dot(compiler: "ExpressionCompiler", node: exp.Dot, scope: Scope) -> Value:
    if not isinstance(node.expression, exp.Identifier):
        raise refused(node, "only a field may stand after a dot")
    return _field_of(node, compiler.value(node.this, scope), node.expression.name)


def _field_of(node: exp.Expr, struct: Value, name: str) -> Value:
    kind = struct.kind.part(name)
    if kind is None:
        raise refused(node, f"there is no field {name}")
    if struct.never_null:
        code = f"{struct.code}[{name!r}]"
        return Value(code, kind, never_null=kind.never_null, is_plain=struct.is_plain)
    return Value(f"field({struct.code}, {name!r})", kind)


def _subscript(compiler: "ExpressionCompiler", node: exp.Bracket, scope: Scope) -> Value:
    only(node, "this", "expressions")
    value = compiler.value(node.this, scope)
    (place,) = node.expressions
    if not value.kind.item and value.kind != TEXT:
        raise refused(node, f"{value.kind} has no parts")
    if isinstance(place, exp.Slice):
        return _slice(compiler, node, value, scope)
    at = compiler.value(place, scope)
    if at.kind != WHOLE:
        raise refused(node, "a place is a whole number")
    if value.kind.item:
        return Value(f"element({value.code}, {at.code})", value.kind.item)
    if value.is_plain and at.code == "1":
        known = "" if value.never_null else f" if {value.code} is not None else None"
        return Value(f"({value.code}[:1]{known})", TEXT, never_null=value.never_null)
    sure = value.never_null and at.never_null
    return Value(f"character({value.code}, {at.code})", TEXT, never_null=sure)


def _slice(compiler: "ExpressionCompiler", node: exp.Bracket, value: Value, scope: Scope) -> Value:
    part = node.expressions[0]
    only(part, "this", "expression")
    first, last = part.args.get("this"), part.args.get("expression")
    start = Value("1", WHOLE, True) if first is None else compiler.value(first, scope)  # noqa: FBT003
    if last is None:
        sure = value.never_null and start.never_null
        return Value(f"sliced_from({value.code}, {start.code})", value.kind, never_null=sure)
    end = compiler.value(last, scope)
    if start.kind != WHOLE or end.kind != WHOLE:
        raise refused(node, "a place is a whole number")
    sure = value.never_null and start.never_null and end.never_null
    return Value(f"sliced({value.code}, {start.code}, {end.code})", value.kind, never_null=sure)


def _cast(compiler: "ExpressionCompiler", node: exp.Cast, scope: Scope) -> Value:
    only(node, "this", "to")
    value = compiler.value(node.this, scope)
    to = node.to.sql(dialect="duckdb").upper()
    if to in ("TEXT", "VARCHAR") and value.kind in (TEXT, WHOLE):
        return Value(f"as_text({value.code})", TEXT, never_null=value.never_null)
    if to in ("INT", "INTEGER", "BIGINT") and value.kind == WHOLE:
        return value
    raise refused(node, f"{value.kind} is not cast to {to}")


def _array(compiler: "ExpressionCompiler", node: exp.Array, scope: Scope) -> Value:
    only(node, "expressions")
    values = [compiler.value(one, scope) for one in node.expressions]
    kind = unite([one.kind for one in values])
    if kind is None:
        raise refused(node, "elements are of different kinds")
    return Value(f"[{', '.join(one.code for one in values)}]", list_of(kind), never_null=True)


def _struct(compiler: "ExpressionCompiler", node: exp.Struct, scope: Scope) -> Value:
    only(node, "expressions")
    fields = {one.this.name: compiler.value(one.expression, scope) for one in node.expressions}
    code = ", ".join(f"{name!r}: {value.code}" for name, value in fields.items())
    kind = struct_of({name: value.kind for name, value in fields.items()})
    return Value(f"{{{code}}}", kind, never_null=True)


def compile_loop(
    compiler: "ExpressionCompiler",
    node: exp.Expr,
    scope: Scope,
    compile_body: Callable[[exp.Expr, Scope], str],
) -> tuple[Value, str, str]:
    """Compile a list function that takes a lambda: the list, `for ... in ...`, and the body."""
    only(node, "this", "expression")
    function = node.expression
    if not isinstance(function, exp.Lambda) or len(function.expressions) not in (1, 2):
        raise refused(node, "a lambda of one or two parameters is needed")
    with compiler.within_lambda():
        values = compiler.value(node.this, scope)
        item = values.kind.item
        if item is None:
            raise refused(node, f"{values.kind} is no list")
        names = [one.name.lower() for one in function.expressions]
        if shadowed := set(names) & set(scope):
            # DuckDB would take the column
            raise refused(node, f"{shadowed.pop()} is a column, or a parameter around it, already")
        codes = [compiler.fresh("each"), compiler.fresh("place")][: len(names)]
        variables = [
            Value(codes[0], item, never_null=item.never_null, is_plain=True),
            *(Value(code, WHOLE, never_null=True, is_plain=True) for code in codes[1:]),
        ]
        body = compile_body(function.this, {**scope, **dict(zip(names, variables, strict=True))})
    if len(codes) == 1:
        return values, f"for {codes[0]} in {values.code}", body
    return values, f"for {codes[1]}, {codes[0]} in enumerate({values.code}, 1)", body


def _transform(compiler: "ExpressionCompiler", node: exp.Expr, scope: Scope) -> Value:
    made: list[Value] = []

    def compile_body(one: exp.Expr, within: Scope) -> str:
        made.append(compiler.value(one, within))
        return made[0].code

    values, loop, body = compile_loop(compiler, node, scope, compile_body)
    kind = list_of(made[0].kind)
    if values.never_null:
        return Value(f"[{body} {loop}]", kind, never_null=True)
    if values.is_plain:
        return Value(f"([{body} {loop}] if {values.code} is not None else None)", kind)
    return Value(f"transformed({values.code}, lambda {_variable(node, loop)}: {body})", kind)


def _filter(compiler: "ExpressionCompiler", node: exp.Expr, scope: Scope) -> Value:
    values, loop, body = compile_loop(compiler, node, scope, compiler.true)
    name = loop.split(" in ")[0].removeprefix("for ").split(", ")[-1]
    if values.never_null:
        return Value(f"[{name} {loop} if {body}]", values.kind, never_null=True)
    if values.is_plain:
        code = f"([{name} {loop} if {body}] if {values.code} is not None else None)"
        return Value(code, values.kind)
    return Value(f"filtered({values.code}, lambda {_variable(node, loop)}: {body})", values.kind)


def _variable(node: exp.Expr, loop: str) -> str:
    """Return the only variable of a loop."""
    name = loop.split(" in ")[0].removeprefix("for ")
    if "," in name:
        raise refused(node, "a lambda of two parameters needs a list that is never null")
    return name


def _divide(compiler: "ExpressionCompiler", node: exp.Div, scope: Scope) -> Value:
    left, right = compiler.value(node.this, scope), compiler.value(node.expression, scope)
    if not is_number(left.kind) or not is_number(right.kind):
        raise refused(node, "only numbers are divided")
    if not _is_above_zero(node.expression):
        raise refused(node, "what divides must be above 0: a literal, or greatest() with one")
    if left.never_null and right.never_null:
        return Value(f"({left.code} / {right.code})", REAL, never_null=True)
    return Value(f"divide({left.code}, {right.code})", REAL)


def _is_above_zero(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return not node.is_string and float(node.this) > 0
    if isinstance(node, exp.Greatest):
        return any(_is_above_zero(one) for one in (node.this, *node.expressions))
    return isinstance(node, exp.Paren) and _is_above_zero(node.this)


def _sort(compiler: "ExpressionCompiler", node: exp.ArraySort, scope: Scope) -> Value:
    only(node, "this", "nulls_first")
    if node.args.get("nulls_first") not in (None, exp.false()):
        raise refused(node, "nulls are sorted last")
    if isinstance(node.this, exp.ArrayDistinct):
        values = compiler.value(node.this.this, scope)
        return compiler.called(node, FUNCTIONS["sorted_distinct"], [values])
    return compiler.called(node, FUNCTIONS["list_sort"], [compiler.value(node.this, scope)])


def _by_name(compiler: "ExpressionCompiler", node: exp.Anonymous, scope: Scope) -> Value:
    return compiler.by_name(node, scope)


def _case(compiler: "ExpressionCompiler", node: exp.Expr, scope: Scope) -> Value:
    return compiler.case_value(node, scope)


SPECIAL: dict[type[exp.Expr], Callable[[Any, Any, Scope], Value]] = {
    exp.Anonymous: _by_name,
    exp.Array: _array,
    exp.ArrayFilter: _filter,
    exp.ArraySort: _sort,
    exp.Boolean: _boolean,
    exp.Bracket: _subscript,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.Column: _name,
    exp.Div: _divide,
    exp.Dot: _dot,
    exp.Identifier: _name,
    exp.If: _case,
    exp.Literal: _literal,
    exp.Neg: _negative,
    exp.Null: _null,
    exp.Paren: _paren,
    exp.Struct: _struct,
    exp.Transform: _transform,
    **TEXT_NODES,
}

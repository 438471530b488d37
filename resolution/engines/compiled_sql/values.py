"""What expressions are compiled to, and where names are looked up."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from resolution.engines.compiled_sql.catalogue import MEANINGLESS
from resolution.engines.compiled_sql.kinds import Kind
from resolution.engines.compiled_sql.parsing import NotCompiledError, sql_of


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled expression.

    Attributes:
        code: Python that gives it; may stand anywhere an operand may.
        never_null: it is known never to be null.
        is_plain: a name or a constant, which costs nothing to write twice.
    """

    code: str
    kind: Kind
    never_null: bool = False
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """An argument of a macro that is compiled where the macro uses it, in the caller's scope."""

    node: exp.Expr
    scope: "Scope"


Scope = Mapping[str, Value | Later]


def found_in(scope: Scope, node: exp.Expr) -> Value | Later | None:
    """Return what a bare name stands for; None if it is no bare name or stands for nothing."""
    is_bare = isinstance(node, exp.Identifier) or (
        isinstance(node, exp.Column) and not node.args.get("table")
    )
    return scope.get(node.name.lower()) if is_bare else None


def refused(node: exp.Expr, why: str) -> NotCompiledError:
    """Say of an expression that it is not compiled, and why."""
    return NotCompiledError(sql_of(node), why)


def only(node: exp.Expr, *parts: str) -> None:
    """Refuse an expression that has parts which were not considered.

    Raises:
        NotCompiledError: naming them.
    """
    given = {name for name, value in node.args.items() if value is not None and value != []}
    if unknown := given - {*parts} - MEANINGLESS:
        raise refused(node, f"its {', '.join(sorted(unknown))} is not supported")


def python_name(name: str) -> str:
    """Return how generated code names a column or a parameter: like nothing else there.

    Raises:
        NotCompiledError: if it is no plain name.
    """
    if not name.isidentifier() or not name.isascii():
        raise NotCompiledError(name, "it is no plain name")
    return f"c_{name}"


def column(name: str, kind: Kind, *, never_null: bool = False) -> Value:
    """Return the value of a column or a parameter."""
    return Value(python_name(name), kind, never_null=never_null, is_plain=True)

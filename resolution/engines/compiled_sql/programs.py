"""Puts compiled expressions together to Python functions: choices, and columns of a record."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlglot import exp

from resolution.engines.compiled_sql import functions, list_functions
from resolution.engines.compiled_sql.expressions import ExpressionCompiler
from resolution.engines.compiled_sql.kinds import TRUTH, Kind
from resolution.engines.compiled_sql.parsing import (
    Macro,
    NotCompiledError,
    parse_expression,
    parse_macro,
    sql_of,
)
from resolution.engines.compiled_sql.values import (
    Later,
    Scope,
    Value,
    column,
    python_name,
    refused,
)

_RUNTIME = {
    name: function
    for module in (functions, list_functions)
    for name, function in vars(module).items()
    if callable(function) and not name.startswith("_")
}

# Macros that stand in each other's arguments are no recursion; this many would be.
_DEEPEST = 20


class Program:
    """Compiles expressions over some macros, and keeps what was compiled.

    Attributes:
        compared: the columns of rows that choices read, so far.
        source: the functions, as Python.
    """

    def __init__(self, macros: Iterable[str]) -> None:
        """Read the macros.

        Args:
            macros: the statements that create them; expressions may call them.

        Raises:
            NotCompiledError: if one cannot be read.
        """
        self._macros = {macro.name: macro for macro in map(parse_macro, macros)}
        self._compiler = ExpressionCompiler(self._call_macro, self._macros.__contains__)
        self._namespace: dict[str, Any] = dict(_RUNTIME)
        self._compiled_macros: dict[tuple[Any, ...], Value] = {}
        self._underway: list[str] = []
        # calls that one choice makes again and again, and the variables that keep their answers
        self._repeated: dict[str, str] = {}
        self._repeated_in: Scope = {}
        self.compared: set[str] = set()
        self.source: list[str] = []

    def expression(
        self, name: str, sql: str, parameters: Mapping[str, Kind]
    ) -> tuple[Callable[..., Any], Kind]:
        """Compile one expression to a function of its parameters, in order, and its kind.

        Raises:
            NotCompiledError: if that cannot be done exactly.
        """
        scope = {one: column(one, kind) for one, kind in parameters.items()}
        value = self._compiler.value(parse_expression(sql), scope)
        heading = f"def {name}({', '.join(python_name(one) for one in parameters)}):"
        return self._define(name, [heading, f"    return {value.code}"]), value.kind

    def columns(
        self, name: str, columns: Mapping[str, str], *, row: str, kind: Kind,
        keep: Sequence[str | None] | None = None,
    ) -> tuple[Callable[..., tuple[Any, ...]], dict[str, Kind]]:  # fmt: skip
        """Compile columns of one row to a function of the row.

        Args:
            name: of the function.
            columns: SQL by name, in order; each may use those before it by name.
            row: what the SQL calls the row, whose columns stand after a dot.
            kind: the struct that the row is.
            keep: which of the columns are returned, in this order, None for a place that stays
                null; all unless given. What is not needed for them is not worked out.

        Returns:
            The function, and the kind of every column.

        Raises:
            NotCompiledError: if that cannot be done exactly.
        """
        scope: dict[str, Value | Later] = {row: Value("row", kind, never_null=True, is_plain=True)}
        kinds: dict[str, Kind] = {}
        lines = [f"def {name}(row):"]
        nodes = {one: parse_expression(sql) for one, sql in columns.items()}
        needed = _needed(nodes, columns if keep is None else keep)
        for one, node in nodes.items():
            if kind.part(one) is not None and columns[one] != f"{row}.{one}":
                _refuse_bare_use(one, nodes.values())
            value = self._compiler.value(node, scope)
            kinds[one] = replace(value.kind, never_null=value.never_null)
            if one in needed:
                lines.append(f"    {python_name(one)} = {value.code}")
            scope[one] = column(one, value.kind, never_null=value.never_null)
        returned = columns if keep is None else keep
        kept = ", ".join("None" if one is None else python_name(one) for one in returned)
        lines.append(f"    return ({kept},)")
        return self._define(name, lines), kinds

    def choice(
        self, name: str, conditions: Sequence[str], kinds: Mapping[str, Kind],
        places: Mapping[str, int],
    ) -> Callable[[Sequence[Any], Sequence[Any]], int]:  # fmt: skip
        """Compile conditions on two rows to a function that says which is the first to hold.

        Args:
            name: of the function.
            conditions: SQL over columns that end in `_l` for the left row, `_r` for the right.
            kinds: of every column, without those ends.
            places: where a column stands in a row.

        Returns:
            A function of both rows; it gives the number of conditions where none holds.

        Raises:
            NotCompiledError: if that cannot be done exactly.
        """
        nodes = [parse_expression(sql) for sql in conditions]
        used = sorted({one.name.lower() for node in nodes for one in node.find_all(exp.Column)})
        scope: dict[str, Value | Later] = {}
        lines = [f"def {name}(left, right):"]
        for one in used:
            stem, side = one[:-2], {"_l": "left", "_r": "right"}.get(one[-2:])
            if side and stem in kinds:
                self.compared.add(stem)
                scope[one] = column(one, kinds[stem], never_null=kinds[stem].never_null)
                lines.append(f"    {python_name(one)} = {side}[{places[stem]}]")
        self._repeated, self._repeated_in = _repeated_calls(nodes, self._macros), scope
        if self._repeated:
            lines.append(f"    {' = '.join(self._repeated.values())} = None")
        for place, node in enumerate(nodes):
            lines.append(f"    if {self._compiler.true(node, scope)}:")
            lines.append(f"        return {place}")
        self._repeated = {}
        lines.append(f"    return {len(nodes)}")
        made: Callable[[Sequence[Any], Sequence[Any]], int] = self._define(name, lines)
        return made

    def _define(self, name: str, lines: list[str]) -> Any:
        """Define a function by its source."""
        source = "\n".join(lines)
        self.source.append(source)
        # Source of our own making: of what a match model says, only checked names and the repr of
        # literals are in it.
        exec(compile(source, f"<compiled {name}>", "exec"), self._namespace)  # noqa: S102
        return self._namespace[name]

    def _call_macro(self, node: exp.Anonymous, scope: Scope, question: str) -> Value:
        """Compile the call of a macro: to a function, or its body where an argument can wait."""
        macro = self._macros[node.name.lower()]
        if len(node.expressions) != len(macro.parameters):
            raise refused(node, f"macro {macro.name} has {len(macro.parameters)} parameters")
        if self._underway.count(macro.name) > _DEEPEST:
            raise refused(node, f"macro {macro.name} calls itself")
        self._underway.append(macro.name)
        try:
            if self._can_wait(macro, node):
                later = {
                    name: Later(argument, scope)
                    for name, argument in zip(macro.parameters, node.expressions, strict=True)
                }
                return self._answer(macro.body, later, question)
            arguments = [self._compiler.value(one, scope) for one in node.expressions]
            made = self._macro(macro, arguments, question)
        finally:
            self._underway.pop()
        called = f"{made.code}({', '.join(one.code for one in arguments)})"
        memo = self._repeated.get(sql_of(node)) if scope is self._repeated_in else None
        if memo and question == "true" and not self._compiler.is_within_lambda:
            called = f"({memo} if {memo} is not None else ({memo} := {called}))"
        return replace(made, code=called)

    def _can_wait(self, macro: Macro, node: exp.Anonymous) -> bool:
        """Tell whether the macro may do without an argument that costs something."""
        always = _always_used(macro.body)
        return any(
            name not in always
            and not isinstance(argument, (exp.Column, exp.Identifier, exp.Literal))
            for name, argument in zip(macro.parameters, node.expressions, strict=True)
        )

    def _macro(self, macro: Macro, arguments: list[Value], question: str) -> Value:
        """Return the function of a macro for arguments of these kinds, to be called."""
        key = (macro.name, question, *((repr(one.kind), one.never_null) for one in arguments))
        if key not in self._compiled_macros:
            scope = {
                name: column(name, one.kind, never_null=one.never_null)
                for name, one in zip(macro.parameters, arguments, strict=True)
            }
            answer = self._answer(macro.body, scope, question)
            name = f"{macro.name}_{question}_{len(self._compiled_macros)}"
            heading = f"def {name}({', '.join(python_name(one) for one in macro.parameters)}):"
            self._define(name, [heading, f"    return {answer.code}"])
            self._compiled_macros[key] = replace(answer, code=name, is_plain=False)
        return self._compiled_macros[key]

    def _answer(self, body: exp.Expr, scope: Scope, question: str) -> Value:
        if question == "value":
            return self._compiler.value(body, scope)
        ask = self._compiler.true if question == "true" else self._compiler.false
        return Value(ask(body, scope), TRUTH)


def _always_used(node: exp.Expr) -> set[str]:
    """Return the bare names that an expression works out whatever its conditions say."""
    if isinstance(node, (exp.Column, exp.Identifier)):
        return {node.name.lower()}
    if isinstance(node, exp.Case):
        first = node.args["ifs"][0].this
        return _always_used(first) | (_always_used(node.this) if node.this is not None else set())
    if isinstance(node, exp.If):
        return _always_used(node.this)
    if isinstance(node, (exp.And, exp.Or, exp.Coalesce)):
        return _always_used(node.this)
    return set().union(*(_always_used(one) for one in node.iter_expressions()))


def _repeated_calls(nodes: Sequence[exp.Expr], macros: Mapping[str, Macro]) -> dict[str, str]:
    """Return the calls of macros that stand there more than once, each with a variable for it."""
    calls = Counter(
        sql_of(call)
        for node in nodes
        for call in node.find_all(exp.Anonymous)
        if call.name.lower() in macros
    )
    repeated = [sql for sql, times in calls.items() if times > 1]
    return {sql: f"known_{place}" for place, sql in enumerate(repeated)}


def _needed(nodes: Mapping[str, exp.Expr], wanted: Iterable[str | None]) -> set[str]:
    """Return the columns that some are worked out from, themselves included."""
    needed: set[str] = set()
    waiting = [one for one in wanted if one is not None]
    while waiting:
        one = waiting.pop()
        if one not in needed:
            needed.add(one)
            waiting += [used for used in bare_names(nodes[one]) if used in nodes]
    return needed


def bare_names(node: exp.Expr) -> set[str]:
    """Return the names of columns that stand in an expression without a table."""
    return {one.name.lower() for one in node.find_all(exp.Column) if not one.args.get("table")}


def _refuse_bare_use(name: str, nodes: Iterable[exp.Expr]) -> None:
    """Refuse a name that DuckDB would take for the column of the row, and we for the new one."""
    for node in nodes:
        if name in bare_names(node):
            raise NotCompiledError(sql_of(node), f"{name} could be two columns")

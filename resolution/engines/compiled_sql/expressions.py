"""Compiles SQL expressions to Python expressions.

SQL's logic has three values, Python's two. A condition is compiled for the one question asked of
it, `true` (is it true?) or `false` (is it false?), both of which are no where it is null; `and`,
`or` and `not` then are Python's own and stop early. Only a truth that is itself a value, such as an
element of a list, is compiled to True, False or None.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlglot import exp

from resolution.engines.compiled_sql.catalogue import CALLS, FUNCTIONS, Function
from resolution.engines.compiled_sql.kinds import NOTHING, TRUTH, unite
from resolution.engines.compiled_sql.special_nodes import SPECIAL, compile_loop
from resolution.engines.compiled_sql.values import Later, Scope, Value, found_in, only, refused

_COMPARISONS: dict[type[exp.Expr], tuple[str, str, type[exp.Expr]]] = {
    exp.EQ: ("eq", "==", exp.NEQ),
    exp.NEQ: ("neq", "!=", exp.EQ),
    exp.LT: ("lt", "<", exp.GTE),
    exp.LTE: ("lte", "<=", exp.GT),
    exp.GT: ("gt", ">", exp.LTE),
    exp.GTE: ("gte", ">=", exp.LT),
}


# Compiles the call of a macro for a question: "value", "true" or "false".
CallMacro = Callable[[exp.Anonymous, Scope, str], Value]


class ExpressionCompiler:
    """Compiles expressions; whoever makes it compiles macros."""

    def __init__(self, call_macro: CallMacro, is_macro: Callable[[str], bool]) -> None:
        """Note who compiles macros."""
        self._call_macro = call_macro
        self._is_macro = is_macro
        self._names = 0
        self._within_lambdas = 0

    @property
    def is_within_lambda(self) -> bool:
        """Whether what is compiled now stands in a function or a loop of its own."""
        return self._within_lambdas > 0

    @contextmanager
    def within_lambda(self) -> Iterator[None]:
        """Compile inside a function or a loop of its own."""
        self._within_lambdas += 1
        yield
        self._within_lambdas -= 1

    def fresh(self, name: str) -> str:
        """Return a name that nothing else has."""
        self._names += 1
        return f"{name}_{self._names}"

    def value(self, node: exp.Expr, scope: Scope) -> Value:
        """Compile to a value, None for null.

        Raises:
            NotCompiledError: if that cannot be done exactly.
        """
        if isinstance(node, (exp.And, exp.Or, exp.Not, exp.In, exp.Is, exp.NullSafeEQ,
                             exp.NullSafeNEQ)):  # fmt: skip
            return self._truth(node, scope)
        if type(node) in _COMPARISONS:
            return self._comparison_value(node, scope)
        if type(node) in CALLS:
            return self._call(node, scope)
        compile_one = SPECIAL.get(type(node))
        if compile_one is None:
            raise refused(node, f"{type(node).__name__} is not supported")
        return compile_one(self, node, scope)

    def true(self, node: exp.Expr, scope: Scope) -> str:
        """Compile to Python that is truthy just where the expression is true."""
        return self._asked(node, scope, is_true=True)

    def false(self, node: exp.Expr, scope: Scope) -> str:
        """Compile to Python that is truthy just where the expression is false."""
        return self._asked(node, scope, is_true=False)

    def _asked(self, node: exp.Expr, scope: Scope, *, is_true: bool) -> str:
        if isinstance(node, (exp.Paren, exp.Not)):
            return self._asked(node.this, scope, is_true=is_true != isinstance(node, exp.Not))
        if isinstance(node, (exp.And, exp.Or)):
            joint = " and " if isinstance(node, exp.And) == is_true else " or "
            parts = [self._asked(one, scope, is_true=is_true) for one in (node.left, node.right)]
            return f"({joint.join(parts)})"
        if type(node) in _COMPARISONS:
            return self._comparison(node, scope, is_true=is_true)
        if isinstance(node, (exp.Is, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)):
            return self._test(node, scope, is_true=is_true)
        if isinstance(node, (exp.Case, exp.If)):
            return self._case(node, scope, lambda one: self._asked(one, scope, is_true=is_true),
                              otherwise="False")  # fmt: skip
        found = found_in(scope, node)
        if isinstance(found, Later):
            return self._asked(found.node, found.scope, is_true=is_true)
        return self._asked_of_value(node, scope, is_true=is_true)

    def _test(self, node: exp.Expr, scope: Scope, *, is_true: bool) -> str:
        """Compile what is never null, or null with its operand only."""
        if isinstance(node, exp.Is):
            return self._is(node, scope, is_true=is_true)
        if isinstance(node, exp.In):
            return self._in(node, scope, is_true=is_true)
        left, right = self._united(node, scope)
        same = isinstance(node, exp.NullSafeEQ) == is_true
        return f"({left.code} {'==' if same else '!='} {right.code})"

    def _asked_of_value(self, node: exp.Expr, scope: Scope, *, is_true: bool) -> str:
        if isinstance(node, exp.Anonymous) and self._is_macro(node.name.lower()):
            return self._call_macro(node, scope, "true" if is_true else "false").code
        if is_true and (code := self._any_element(node, scope)):
            return code
        value = self.value(node, scope)
        if value.kind not in (TRUTH, NOTHING):
            raise refused(node, f"a condition is a truth, not {value.kind}")
        return value.code if is_true else f"({value.code} is False)"

    def _any_element(self, node: exp.Expr, scope: Scope) -> str | None:
        """Compile `list_bool_or(list_transform(...))` without telling false from null."""
        if not isinstance(node, exp.Anonymous) or node.name.lower() != "list_bool_or":
            return None
        inner = node.expressions[0] if len(node.expressions) == 1 else None
        if not isinstance(inner, exp.Transform):
            return None
        values, loop, body = compile_loop(
            self, inner, scope, lambda one, within: self.true(one, within)
        )
        if not values.is_plain and not values.never_null:
            return None
        known = "" if values.never_null else f"{values.code} is not None and "
        return f"({known}any([{body} {loop}]))"

    def _truth(self, node: exp.Expr, scope: Scope) -> Value:
        """Compile a condition to True, False or None."""
        yes, no = self.true(node, scope), self.false(node, scope)
        return Value(f"(True if {yes} else False if {no} else None)", TRUTH)

    def _comparison_value(self, node: exp.Expr, scope: Scope) -> Value:
        left, right = self._united(node, scope)
        name, sign, _ = _COMPARISONS[type(node)]
        if left.never_null and right.never_null:
            return Value(f"({left.code} {sign} {right.code})", TRUTH, never_null=True)
        return Value(f"{name}({left.code}, {right.code})", TRUTH)

    def _comparison(self, node: exp.Expr, scope: Scope, *, is_true: bool) -> str:
        left, right = self._united(node, scope)
        kind = type(node) if is_true else _COMPARISONS[type(node)][2]
        name, sign, _ = _COMPARISONS[kind]
        unknown = [one for one in (left, right) if not one.never_null]
        if kind is exp.EQ and len(unknown) == 1:
            unknown = []  # what is known equals no null
        if kind is exp.EQ:
            unknown = unknown[:1]
        if all(one.is_plain for one in unknown):
            checks = "".join(f"{one.code} is not None and " for one in unknown)
            return f"({checks}{left.code} {sign} {right.code})"
        return f"true_{name}({left.code}, {right.code})"

    def _united(self, node: exp.Expr, scope: Scope) -> tuple[Value, Value]:
        """Compile both sides of a comparison, which SQL must not have to convert."""
        left, right = self.value(node.this, scope), self.value(node.expression, scope)
        united = unite([left.kind, right.kind])
        if united is None or united.item or united.fields:
            raise refused(node, f"{left.kind} is compared with {right.kind}")
        return left, right

    def _is(self, node: exp.Is, scope: Scope, *, is_true: bool) -> str:
        value = self.value(node.this, scope)
        if isinstance(node.expression, exp.Null):
            return f"({value.code} is {'' if is_true else 'not '}None)"
        if isinstance(node.expression, exp.Boolean) and value.kind in (TRUTH, NOTHING):
            wanted = bool(node.expression.this)
            return f"({value.code} is {'' if is_true else 'not '}{wanted})"
        raise refused(node, "only null, true and false may stand after `is`")

    def _in(self, node: exp.In, scope: Scope, *, is_true: bool) -> str:
        only(node, "this", "expressions")
        value = self.value(node.this, scope)
        among = [self.value(one, scope) for one in node.expressions]
        if not all(isinstance(one, exp.Literal) for one in node.expressions):
            raise refused(node, "only literals may stand in the list of `in`")
        if unite([value.kind, *(one.kind for one in among)]) is None:
            raise refused(node, "`in` would convert values")
        listed = f"({', '.join(one.code for one in among)},)"
        return f"({value.code} in {listed})" if is_true else f"is_not_in({value.code}, {listed})"

    def _case(
        self, node: exp.Expr, scope: Scope, branch: Callable[[Any], str], otherwise: str
    ) -> str:
        """Compile a choice; `branch` compiles what is chosen."""
        if isinstance(node, exp.If):
            return self._if(node, scope, branch, otherwise)
        only(node, "this", "ifs", "default")
        if node.this is None:
            return self._choice(node, branch, otherwise, lambda one: self.true(one, scope))
        operand, name = self.value(node.this, scope), self.fresh("case")

        def tried(one: exp.Expr) -> str:
            when = self.value(one, scope)
            is_literal = isinstance(one, (exp.Literal, exp.Boolean))
            if not is_literal or unite([operand.kind, when.kind]) is None:
                raise refused(node, "after `case x`, only literals of its kind may be tried")
            return f"{name} == {when.code}"

        with self.within_lambda():
            code = self._choice(node, branch, otherwise, tried)
        return f"(lambda {name}: {code})({operand.code})"

    def _choice(
        self, node: exp.Expr, branch: Callable[[Any], str], otherwise: str,
        condition: Callable[[Any], str],
    ) -> str:  # fmt: skip
        default = node.args.get("default")
        code = branch(default) if default is not None else otherwise
        for one in reversed(node.args["ifs"]):
            code = f"({branch(one.args['true'])} if {condition(one.this)} else {code})"
        return code

    def _if(self, node: exp.If, scope: Scope, branch: Callable[[Any], str], otherwise: str) -> str:
        unless = node.args.get("false")
        code = branch(unless) if unless is not None else otherwise
        return f"({branch(node.args['true'])} if {self.true(node.this, scope)} else {code})"

    def case_value(self, node: exp.Expr, scope: Scope) -> Value:
        """Compile a choice between values."""
        chosen: list[Value] = []

        def branch(one: exp.Expr) -> str:
            chosen.append(self.value(one, scope))
            return chosen[-1].code

        code = self._case(node, scope, branch, "None")
        kind = unite([one.kind for one in chosen])
        if kind is None:
            raise refused(node, "the values to choose from are of different kinds")
        has_default = node.args.get("default") or node.args.get("false")
        sure = has_default is not None and all(one.never_null for one in chosen)
        return Value(code, kind, never_null=sure)

    def _call(self, node: exp.Expr, scope: Scope) -> Value:
        name, parts = CALLS[type(node)]
        only(node, *parts)
        arguments: list[exp.Expr] = []
        for part in parts:
            given = node.args.get(part)
            arguments.extend(given if isinstance(given, list) else [node.args[part]])
        return self.called(node, FUNCTIONS[name], [self.value(one, scope) for one in arguments])

    def by_name(self, node: exp.Anonymous, scope: Scope) -> Value:
        """Compile the call of a macro, or of a function that sqlglot knows by name only."""
        name = node.name.lower()
        if self._is_macro(name):
            return self._call_macro(node, scope, "value")
        arguments = list(node.expressions)
        if name == "list_aggregate":
            if len(arguments) != 3 or arguments.pop(1) != exp.Literal.string("string_agg"):
                raise refused(node, "only 'string_agg' is supported of list_aggregate")
            name = "list_string_agg"
        if name not in FUNCTIONS:
            raise refused(node, f"there is no macro {name}, and no such function is supported")
        return self.called(node, FUNCTIONS[name], [self.value(one, scope) for one in arguments])

    def called(self, node: exp.Expr, function: Function, arguments: list[Value]) -> Value:
        """Compile a call of a function that has its arguments."""
        kind = function.gives([one.kind for one in arguments])
        if kind is None:
            listed = ", ".join(str(one.kind) for one in arguments)
            raise refused(node, f"it is not supported of {listed}")
        known = [one.never_null for one in arguments]
        if function.calls in ("first_known", "greatest", "least"):
            sure = any(known)
        elif function.takes_null:
            sure = not function.may_be_null
        else:
            sure = all(known) and not function.may_be_null
        codes = [one.code for one in arguments]
        if function.calls == "length" and known[0]:
            return Value(f"len({codes[0]})", kind, never_null=True)
        if function.calls == "first_known" and len(codes) == 2 and arguments[0].is_plain:
            code = f"({codes[0]} if {codes[0]} is not None else {codes[1]})"
            return Value(code, kind, never_null=sure)
        if function.calls == "length" and arguments[0].is_plain:
            return Value(f"(len({codes[0]}) if {codes[0]} is not None else None)", kind)
        return Value(f"{function.calls}({', '.join(codes)})", kind, never_null=sure)

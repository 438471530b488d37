"""Reads scalar SQL and macros with sqlglot, subscripts as they are written."""

from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError

from models.errors import MatchModelError


class NotCompiledError(MatchModelError):
    """An expression of a match model that cannot be compiled to exactly what DuckDB computes."""

    def __init__(self, sql: str, why: str) -> None:
        """Keep the expression and the reason as data."""
        super().__init__(f"cannot be compiled for live scoring: {why}: {sql}")
        self.sql = sql
        self.why = why


class _AsWritten(DuckDB):
    """DuckDB's dialect without sqlglot's shift of literal subscripts to count from 0."""

    INDEX_OFFSET = 0


@dataclass(frozen=True, slots=True)
class Macro:
    """A SQL macro: `create macro name(parameters) as body`."""

    name: str
    parameters: tuple[str, ...]
    body: exp.Expr


def parse_expression(sql: str) -> exp.Expr:
    """Read one expression.

    Raises:
        NotCompiledError: if it cannot be read.
    """
    try:
        return parse_one(sql, dialect=_AsWritten)
    except ParseError as error:
        raise NotCompiledError(sql, "it cannot be read") from error


def parse_macro(sql: str) -> Macro:
    """Read the statement that creates a macro.

    Raises:
        NotCompiledError: if it is none that can be read.
    """
    created = parse_expression(sql)
    head = created.this
    if not isinstance(created, exp.Create) or not isinstance(head, exp.UserDefinedFunction):
        raise NotCompiledError(sql, "it is no scalar macro")
    body = created.expression
    if body is None or isinstance(body, exp.Query):
        raise NotCompiledError(sql, "it is no scalar macro")
    return Macro(
        name=head.this.name.lower(),
        parameters=tuple(one.name.lower() for one in head.expressions),
        body=body,
    )


def sql_of(node: exp.Expr) -> str:
    """Write an expression back, for an error."""
    return node.sql(dialect=_AsWritten)

"""Compiles scalar SQL in DuckDB's dialect to Python, for one record at a time.

What it cannot compile to exactly what DuckDB computes it refuses, naming the expression.
"""

from resolution.engines.compiled_sql.kinds import Kind, kind_of_arrow, list_of, struct_of
from resolution.engines.compiled_sql.parsing import NotCompiledError
from resolution.engines.compiled_sql.programs import Program

__all__ = ["Kind", "NotCompiledError", "Program", "kind_of_arrow", "list_of", "struct_of"]

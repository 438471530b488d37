"""The columns a row's texts are looked up in once, so that no expression looks them up again."""

from resolution.sources.paths import Step, json_path, parse_path
from resolution.sources.value_sql import ValueSql, sql_text


class RowScope:
    """Names texts, JSON values and lists of a row as columns, and writes the query that has them.

    Expressions are made first, asking for columns; then the query is written.
    """

    def __init__(self, values: ValueSql, columns: dict[str, str] | None) -> None:
        """Begin without any column.

        Args:
            values: how texts are cleaned.
            columns: the SQL name of each staged column by title; None when rows are documents.
        """
        self._values = values
        self._columns = columns
        self._texts: dict[str, str] = {}
        self._held: dict[str, str] = {}
        self._lists: dict[str, str] = {}

    def text(self, path: str) -> str:
        """Return the column with the text of a path, trimmed, null when there is none."""
        return self._texts.setdefault(path, f"t{len(self._texts)}")

    def held(self, steps: tuple[Step, ...]) -> str:
        """Return the column with the JSON value some steps lead to."""
        return self._held.setdefault(json_path(steps), f"j{len(self._held)}")

    def listed(self, expression: str) -> str:
        """Return the column with the value of an expression over the other columns."""
        return self._lists.setdefault(expression, f"e{len(self._lists)}")

    def query(self, table: str) -> str:
        """Write the query that adds all columns to staged rows."""
        if self._columns is not None:
            texts = [
                f"{self._values.present(self._columns[path])} AS {name}"
                for path, name in self._texts.items()
            ]
            query = f"SELECT {', '.join(['*', *texts])} FROM {table}"
        else:
            query = self._query_of_documents(table)
        if not self._lists:
            return query
        lists = ", ".join(f"{expression} AS {name}" for expression, name in self._lists.items())
        return f"SELECT *, {lists} FROM ({query})"

    def _query_of_documents(self, table: str) -> str:
        """Look up everything in a document at once."""
        looked_up: list[str] = []
        columns = ["*"]
        for path, name in self._texts.items():
            found = []
            for each in self._values.json_texts(parse_path(path)):
                looked_up.append(sql_text(each))
                found.append(f"found[{len(looked_up)}]")
            text = found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"
            columns.append(f"{text} AS raw_{name}")
        columns += [f"held[{at}] AS {name}" for at, name in enumerate(self._held.values(), 1)]
        inner = ["*"]
        if looked_up:
            inner.append(f"json_extract_string(doc, [{', '.join(looked_up)}]) AS found")
        if self._held:
            paths = ", ".join(map(sql_text, self._held))
            inner.append(f"json_extract(doc, [{paths}]) AS held")
        cleaned = [f"{self._values.cleaned(f'raw_{name}')} AS {name}" for name in
                   self._texts.values()]  # fmt: skip
        query = f"SELECT {', '.join(inner)} FROM {table}"
        query = f"SELECT {', '.join(columns)} FROM ({query})"
        return f"SELECT {', '.join(['*', *cleaned])} FROM ({query})"

"""What is compiled to Python gives what DuckDB gives, null for null and digit for digit."""

import re
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.engines.compiled_sql import NotCompiledError, Program, kind_of_arrow
from resolution.engines.compiled_sql.kinds import Kind, list_of, struct_of

_TEXT = st.text(alphabet="ABC ab1é̂Łß好🙂.@-\n", max_size=9)
_NUMBER = st.integers(-12, 12)
_REAL = st.floats(-10, 10, allow_nan=False)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def _list(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _maybe(st.lists(_maybe(values), max_size=5))


_PERSON = st.fixed_dictionaries({"name": _maybe(_TEXT), "marks": _list(_TEXT)})

# name -> Arrow type and values of the columns that expressions are tried on; every one may be null
COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "a": (pa.string(), _maybe(_TEXT)),
    "b": (pa.string(), _maybe(_TEXT)),
    "m": (pa.int32(), _maybe(_NUMBER)),
    "n": (pa.int32(), _maybe(_NUMBER)),
    "f": (pa.float64(), _maybe(_REAL)),
    "g": (pa.float64(), _maybe(_REAL)),
    "p": (pa.bool_(), _maybe(st.booleans())),
    "q": (pa.bool_(), _maybe(st.booleans())),
    "v": (pa.list_(pa.string()), _list(_TEXT)),
    "w": (pa.list_(pa.string()), _list(_TEXT)),
    "j": (pa.list_(pa.int32()), _list(_NUMBER)),
    "k": (pa.list_(pa.int32()), _list(_NUMBER)),
    "r": (pa.list_(pa.float64()), _list(_REAL)),
    "t": (pa.list_(pa.bool_()), _list(st.booleans())),
    "vv": (pa.list_(pa.list_(pa.string())), _list(st.lists(_maybe(_TEXT), max_size=3))),
    "people": (
        pa.list_(pa.struct([("name", pa.string()), ("marks", pa.list_(pa.string()))])),
        _list(_PERSON),
    ),
}
MACROS = (
    "create or replace macro and_then(cheap, dear) as case when cheap then dear else false end",
    "create or replace macro left_of(a, b) as list_filter(a, lambda x: not list_contains(b, x))",
    "create or replace macro alike(a, b) as a = b or jaro_winkler_similarity(a, b) > 0.8",
    "create or replace macro any_alike(a, b) as"
    " list_bool_or(list_transform(a, lambda x: list_bool_or(list_transform(b,"
    " lambda y: alike(x, y)))))",
)

VALUES = (
    "jaro_winkler_similarity(a, b)", "levenshtein(a, b)", "damerau_levenshtein(a, b)",
    "length(a)", "len(v)", "a || b", "a || ' ' || b", "nullif(a, b)", "nullif(a, '')",
    "position(b in a)", "position(' ' in a)",
    "split_part(a, ' ', 1)", "split_part(a, 'A', -2)", "split_part(a, ' ', 0)",
    "string_split(a, ' ')", "string_split(a, 'A')[2:]", "concat_ws(', ', a, b, 'C')",
    "a[1]", "a[2]", "a[n]", "a[-1]", "a[1:3]", "a[m:n]", "a[2:]", "a[n:]", "a[:2]",
    "v[1]", "v[n]", "v[-1]", "v[1:3]", "v[m:n]", "v[2:]", "v[n:]", "v[2:len(v) - 1]",
    "m + n", "m - n", "m * n", "f + g", "f * n", "m // n", "-m", "-f", "abs(m - n)", "abs(f)",
    "f / 2", "m / 3", "1.0 / 7", "f / greatest(1, m)", "m::varchar", "a::varchar", "m::bigint",
    "coalesce(a, b, 'none')", "coalesce(v, [])", "coalesce(f, 0)", "coalesce(a, b)",
    "greatest(a, b)", "least(m, n, 3)", "greatest(f, 0.5)", "least(1.0, f)",
    "list_contains(v, a)", "list_contains(v, 'A')", "list_has_any(v, w)", "list_has_any(j, k)",
    "list_position(v, a)", "list_sort(v)", "list_sort(list_distinct(v))",
    "list_sort(list_intersect(v, w))", "len(list_intersect(j, k))", "list_concat(v, w)",
    "flatten(vv)", "list_max(v)", "list_min(r)", "list_sum(r)", "list_sum(j)", "list_bool_or(t)",
    "array_to_string(v, ' ')", "list_aggregate(v, 'string_agg', ', ')",
    "list_filter(v, lambda x: x > 'B')", "list_filter(v, lambda x: length(x) = n)",
    "list_transform(v, lambda x: x || b)", "list_transform(coalesce(v, []), lambda x, i: i)",
    "list_filter(list_transform(v, lambda x: x[1]), lambda y: y is not null)",
    "list_transform(people, lambda x: x.name)", "people[1].name", "people[n].marks[1]",
    "list_filter(list_transform(people, lambda x: x.marks[1]), lambda x: length(x) < 3)",
    "flatten(list_transform(people, lambda x: coalesce(x.marks, [])))",
    "case when p then a when q then b end", "case when m > n then m else 0 end",
    "case m when 1 then a when 2 then b else 'C' end", "case levenshtein(a, b) when 1 then m end",
    "[a, b, 'C']", "[m, 1]", "{'one': a, 'two': n}.two", "left_of(v, w)",
    "len(left_of(left_of(v, w), [a]))",
)  # fmt: skip

CONDITIONS = (
    "a = b", "a <> b", "a < b", "m <= n", "f > g", "f >= m", "f > 0.86", "p = q", "p", "not p",
    "p and q", "p or q", "not (p and not q)", "m > 0 and n > 0 or p", "a is null",
    "a is not null", "p is true", "a is distinct from b", "a is not distinct from b",
    "a in ('A', 'B', '')", "m in (1, 2)", "a not in ('A')", "length(a) >= 3 and a[1] = b[1]",
    "list_has_any(v, w) and not list_contains(v, a)", "coalesce(p, false) or q",
    "case when p then q end", "case when p then m > 1 else n > 1 end", "and_then(p, m > n)",
    "not and_then(p, and_then(q, m > n))", "any_alike(v, w)", "not any_alike(v, w)",
    "list_bool_or(list_transform(v, lambda x: x = a))", "alike(a, b)", "not alike(a, b)",
    "coalesce(list_min(list_transform(v, lambda x: length(x))), 0) >= 2",
    "regexp_matches(a, '^\\S+ \\S+')", "regexp_matches(a, '[A-C]1$')",
    "list_max(list_transform(v, lambda x: jaro_winkler_similarity(x, a))) >= 0.8", "null",
)  # fmt: skip


@pytest.fixture(scope="module")
def duck() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": "1"})
    for macro in MACROS:
        connection.execute(macro)
    return connection


def _nullable(kind: Kind) -> Kind:
    """Return the kind without the promises of our own tables."""
    if kind.item:
        return list_of(_nullable(kind.item))
    if kind.fields:
        return struct_of({name: _nullable(part) for name, part in kind.fields})
    return Kind(kind.name)


KINDS = {name: _nullable(kind_of_arrow(kind)) for name, (kind, _) in COLUMNS.items()}


def _agree(duck: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Try an expression on rows of the columns it names, here and in DuckDB."""
    used = [name for name in COLUMNS if re.search(rf"\b{name}\b", sql)] or ["a"]
    function, _ = Program(MACROS).expression("tried", sql, {name: KINDS[name] for name in used})
    schema = pa.schema([(name, COLUMNS[name][0]) for name in used])

    @settings(deadline=None, max_examples=12)
    @given(st.lists(st.tuples(*(COLUMNS[name][1] for name in used)), min_size=1, max_size=30))
    def agrees(rows: list[tuple[Any, ...]]) -> None:
        named = [dict(zip(used, row, strict=True)) for row in rows]
        duck.register("tried", pa.Table.from_pylist(named, schema=schema))
        expected = [row[0] for row in duck.execute(f"select {sql} from tried").fetchall()]

        assert [function(*row) for row in rows] == expected

    agrees()


@pytest.mark.parametrize("sql", VALUES)
def test_a_value_is_what_duckdb_makes_it(duck: duckdb.DuckDBPyConnection, sql: str) -> None:
    _agree(duck, sql)


@pytest.mark.parametrize("sql", CONDITIONS)
def test_a_condition_is_true_false_or_null_as_duckdb_says(
    duck: duckdb.DuckDBPyConnection, sql: str
) -> None:
    # twice denied it means the same, and is asked both what is true and what is false
    _agree(duck, f"not (not ({sql}))")


def test_a_choice_is_the_first_condition_that_holds() -> None:
    kinds = {"name": KINDS["a"], "number": KINDS["m"]}
    choose = Program(MACROS).choice(
        "chosen",
        ["name_l is null or name_r is null", "alike(name_l, name_r)", "number_l = number_r"],
        kinds,
        {"name": 1, "number": 0},
    )

    assert choose((1, None), (1, "ANA")) == 0
    assert choose((1, "ANA"), (2, "ANA")) == 1
    assert choose((1, "ANA"), (1, "BO")) == 2
    assert choose((1, "ANA"), (None, "BO")) == 3


def test_a_column_may_use_those_before_it() -> None:
    program = Program(MACROS)
    row = struct_of({"names": KINDS["v"]})

    columns, kinds = program.columns(
        "made", {"first": "s.names[1]", "size": "length(first)"}, row="s", kind=row
    )

    assert columns({"names": ["ANA", "BO"]}) == ("ANA", 3)
    assert {name: str(kind) for name, kind in kinds.items()} == {"first": "text", "size": "whole"}


@pytest.mark.parametrize(
    "sql",
    [
        "a = 1", "v = w", "a + b", "a || 1", "0.1 + 0.2", "f / g", "f / 0", "soundex(a)",
        "list_transform(v, lambda a: a)", "a[:n]", "lower(a)", "a like 'A%'",
        "unknown_column", "list_sort(v, 'DESC')", "jaro_winkler_similarity(a, b, 0.7)",
        "regexp_matches(a, '(?i)b')", "regexp_matches(a, b)", "split_part(a, b, 1)",
        "string_split(a, '')", "a::integer", "try_cast(a as integer)", "a between 'A' and 'B'",
        "a in (b)", "a in ('A', null)", "people = people", "list_has_any(r, r)", "a.name",
        "case a when b then 1 end", "case when p then a else m end", "sum(m)", "select 1",
        "list_transform(a, lambda x: x)", "list_filter(v, x -> x)", "list_aggregate(r, 'avg')",
        "v[a]", "m[1]", "v[1:3:2]", "a ->", "left_of(v)", "f ^ 2", "a glob 'b'", "count(*)",
        "row_number() over ()",
    ],
)  # fmt: skip
def test_what_cannot_be_compiled_exactly_is_refused_by_name(sql: str) -> None:
    with pytest.raises(NotCompiledError) as refused:
        Program(MACROS).expression("tried", sql, KINDS)

    assert refused.value.why


def test_a_name_that_could_be_two_columns_is_refused() -> None:
    row = struct_of({"name": KINDS["a"]})

    with pytest.raises(NotCompiledError, match="two columns"):
        Program(()).columns(
            "made", {"name": "s.name || 'A'", "size": "length(name)"}, row="s", kind=row
        )


def test_a_macro_that_calls_itself_is_refused() -> None:
    macro = "create or replace macro forever(a) as forever(a)"

    with pytest.raises(NotCompiledError, match="calls itself"):
        Program((macro,)).expression("tried", "forever(a)", KINDS)

"""Blocking: the keys of records, the keys too common to use, and the pairs that the others make.

A key is 64 bits of MD5 over the rule's number and its values: specified outside any engine, and
computed inside DuckDB without a row of Python (docs/adr/0008).
"""

import hashlib
from dataclasses import dataclass
from functools import reduce

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from models.match_model.blocking import BLOCKING_RULES, BlockingRule

_SEPARATOR = "\x1f"

# The smallest block that is never left out: however tight the budget, this few records compare.
_SMALLEST_CAP = 6

# Small populations can afford more pairs for each record; this many are cheap whatever the size.
_PAIRS_ALWAYS_AFFORDED = 400_000


@dataclass(frozen=True, slots=True)
class RulePairs:
    """What one blocking rule made in a run.

    Attributes:
        keys: distinct keys; capped_keys of them are left out as too common.
        pairs: candidate pairs that no rule before it had found.
        pairs_left_out: pairs that only the capped keys would have made, at most.
    """

    description: str
    keys: int
    capped_keys: int
    pairs: int
    pairs_left_out: int


def blocking_key(rule: int, values: tuple[str, ...]) -> int:
    """Return the key of one combination of values under one rule, as a signed 64-bit integer."""
    text = _SEPARATOR.join((str(rule), *values))
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "little", signed=True)


def make_keys(connection: duckdb.DuckDBPyConnection, table: str = "model_input") -> None:
    """Make table `blocking_keys` (rule, key, unique_id) for every record of `table`."""
    connection.execute(
        "create or replace table blocking_keys (rule smallint, key bigint, unique_id bigint)"
    )
    for number, rule in enumerate(BLOCKING_RULES):
        connection.execute(
            f"insert into blocking_keys select distinct {number}, {_key_sql(number, rule)},"
            f" unique_id from {_unnested(rule, table)}"
        )


def _unnested(rule: BlockingRule, table: str) -> str:
    """Return a subquery with one row per combination of the rule's columns.

    One unnest a level: in one select they would run side by side, not across.
    """
    source = f"(select unique_id, {', '.join(rule.columns)} from {table})"
    for place, column in enumerate(rule.columns):
        done = ", ".join(f"v{i}" for i in range(place))
        rest = ", ".join(rule.columns[place + 1 :])
        kept = ", ".join(part for part in ("unique_id", done, rest) if part)
        source = f"(select {kept}, unnest({column}) as v{place} from {source})"
    return source


def _key_sql(number: int, rule: BlockingRule) -> str:
    """Compute what `blocking_key` computes, in DuckDB."""
    values = " || chr(31) || ".join(f"v{place}" for place in range(len(rule.columns)))
    # a UBIGINT taken as the signed number of the same 64 bits
    bits = f"md5_number_upper('{number}' || chr(31) || {values})"
    return (
        f"case when {bits} > 9223372036854775807 then"
        f" ({bits}::hugeint - 18446744073709551616)::bigint else {bits}::bigint end"
    )


def choose_capped_keys(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Choose the keys too common to use, from table `blocking_keys`, for freezing with a model.

    For each rule the most common keys are left out until the rest make no more than the rule's
    pairs for each record.

    Returns:
        Table (rule, key, records).
    """
    (records,) = connection.execute(
        "select count(distinct unique_id) from blocking_keys").fetchall()[0]  # fmt: skip
    capped = []
    for number, rule in enumerate(BLOCKING_RULES):
        budget = max(rule.pairs_per_record * records, _PAIRS_ALWAYS_AFFORDED)
        capped.append(f"""
            select rule, key, n as records from (
                select rule, key, n, sum(n * (n - 1) / 2) over (
                    order by n rows between unbounded preceding and current row) as pairs
                from sizes where rule = {number} and n > 1)
            where pairs > {budget} and n > {_SMALLEST_CAP}""")
    connection.execute(
        "create or replace temp table sizes as"
        " select rule, key, count(*) as n from blocking_keys group by rule, key"
    )
    # within one size a running sum would cut by chance of order: cut whole sizes instead
    chosen = connection.execute(f"""
        with chosen as ({" union all ".join(capped)}),
        cut as (select rule, min(records) as n from chosen group by rule)
        select s.rule, s.key, s.n as records from sizes s join cut using (rule)
        where s.n >= cut.n and s.n > {_SMALLEST_CAP} order by s.rule, s.key""").to_arrow_table()
    connection.execute("drop table sizes")
    return chosen


def too_common_for_entries(capped: pa.Table) -> pa.Table:
    """Return which of the capped keys bring people to no watchlist entry either."""
    limited = [
        pc.and_(
            pc.equal(capped["rule"], number),
            pc.greater(capped["records"], rule.most_records_for_an_entry),
        )
        for number, rule in enumerate(BLOCKING_RULES)
        if rule.most_records_for_an_entry is not None
    ]
    return capped.filter(reduce(pc.or_, limited)) if limited else capped.slice(0, 0)


def make_pairs(connection: duckdb.DuckDBPyConnection, capped: pa.Table) -> list[RulePairs]:
    """Make table `pairs` (left_no, right_no, rule): each candidate pair once, by its first rule.

    Two records of a source that says it holds each person once are never a pair, nor are two
    watchlist entries; an entry meets a person by keys too common for people too, as far as their
    rules let it.
    """
    connection.register("capped_arrow", capped)
    connection.register("barred_arrow", too_common_for_entries(capped))
    connection.execute("""
        create or replace temp table person_keys as
        select k.rule, k.key, k.unique_id, m.source, m.duplicate_free, c.key is not null as capped
        from blocking_keys k
        join model_input m on m.unique_id = k.unique_id and not m.is_watchlist
        left join capped_arrow c on c.key = k.key and c.rule = k.rule""")
    connection.execute("""
        create or replace table pairs as
        select l.unique_id as left_no, r.unique_id as right_no, min(l.rule) as rule
        from person_keys l join person_keys r on l.key = r.key and l.rule = r.rule
            and l.unique_id < r.unique_id
        where not l.capped and not (l.source = r.source and l.duplicate_free)
        group by l.unique_id, r.unique_id""")
    connection.execute("""
        insert into pairs
        select least(e.unique_id, p.unique_id), greatest(e.unique_id, p.unique_id), min(e.rule)
        from blocking_keys e
        join model_input m on m.unique_id = e.unique_id and m.is_watchlist
        anti join barred_arrow b on b.key = e.key and b.rule = e.rule
        join person_keys p on p.key = e.key and p.rule = e.rule
        group by e.unique_id, p.unique_id""")
    connection.execute("drop table person_keys")
    made = dict(connection.execute("select rule, count(*) from pairs group by rule").fetchall())
    keys = dict(
        connection.execute(
            "select rule, count(distinct key) from blocking_keys group by rule"
        ).fetchall()
    )
    left_out = {
        rule: (n, pairs)
        for rule, n, pairs in connection.execute("""
            select rule, count(*), sum(n * (n - 1) // 2) from (
                select k.rule, k.key, count(*) as n from blocking_keys k
                semi join capped_arrow c on c.key = k.key and c.rule = k.rule
                group by k.rule, k.key) group by rule""").fetchall()
    }
    connection.unregister("capped_arrow")
    connection.unregister("barred_arrow")
    return [
        RulePairs(
            rule.description,
            keys.get(number, 0),
            left_out.get(number, (0, 0))[0],
            made.get(number, 0),
            int(left_out.get(number, (0, 0))[1]),
        )
        for number, rule in enumerate(BLOCKING_RULES)
    ]

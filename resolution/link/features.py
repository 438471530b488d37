"""Turns standardised records into the columns the match model compares."""

import duckdb
import pyarrow as pa

from models.match_model.comparisons import MACROS
from models.match_model.features import (
    CHANCE_OF_AN_INITIAL,
    COMMON_VALUE_NAMES,
    FEATURE_MACROS,
    FREQUENCY_COLUMNS,
    FREQUENCY_SOURCES,
    NAME_FEATURES,
    RAREST_NAME,
    RECORD_FEATURES,
    SCAFFOLDING,
)
from resolution.link.name_codes import root_of, sound_of


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define on this connection every SQL macro that features and comparisons call."""
    for macro in (*FEATURE_MACROS, *MACROS):
        connection.execute(macro)


def build_features(connection: duckdb.DuckDBPyConnection, standardised: str) -> None:
    """Make table `features`, one row per record of the table named `standardised`.

    `standardised` has the columns of STANDARDISED_RECORDS and `record_no`, a number of our own
    that rises with `record_id`, so that pairs are narrow and their order is that of the ids.
    """
    _make_name_tokens(connection, standardised)
    names = ",\n".join(f"{sql} as {name}" for name, sql in NAME_FEATURES.items())
    connection.execute(f"""
        create or replace table name_features as
        with n as (
            select record_no, name_no, list(token order by position) as tokens,
                list(root order by position) as roots, list(sound order by position) as sounds
            from name_tokens join token_codes using (token) group by record_no, name_no)
        select n.record_no, {names} from n group by n.record_no""")
    columns = ",\n".join(f"{sql} as {name}" for name, sql in RECORD_FEATURES.items())
    empty = ", ".join(
        f"coalesce(n.{name}, []) as {name}"
        for name in NAME_FEATURES
        if name
        not in ("name_key", "root_key", "name_text", "last_root", "full_count", "middle_initials")
    )
    connection.execute(f"""
        create or replace table features as
        select s.record_no as unique_id, s.record_id, p.given, p.family, g.root as given_root,
            g.sound as given_sound,
            split_part(p.given, ' ', 1) as given_spelt,
            coalesce(p.given is not null and position(' ' in p.family) = 0, false) as plain_name,
            coalesce(list_filter(string_split(p.given, ' '), lambda x: length(x) = 1), [])
                as given_singles,
            coalesce(list_transform(string_split(p.given, ' '), lambda x: x[1]), [])
                as given_initials,
            coalesce(b.root, p.family) as family_root,
            n.name_key, n.root_key, n.name_text, n.last_root, n.full_count,
            n.name_key as name,
            case when p.given is not null and p.family is not null
                then list_transform(string_split(p.given, ' ')[2:], lambda x: x[1])
                else coalesce(n.middle_initials, []) end as middle_initials, {empty},
            f.* exclude ({", ".join(SCAFFOLDING)}, record_no)
        from {standardised} s
        join (select s.record_no, {columns} from {standardised} s) f using (record_no)
        left join name_features n using (record_no)
        left join primary_names p using (record_no)
        left join token_codes g on g.token = split_part(p.given, ' ', 1)
        left join token_codes b on b.token = p.family""")
    for scaffold in ("name_tokens", "token_codes", "name_features", "primary_names"):
        connection.execute(f"drop table {scaffold}")


def _make_name_tokens(connection: duckdb.DuckDBPyConnection, standardised: str) -> None:
    """Make `name_tokens`, `token_codes` and `primary_names`; a primary name comes first."""
    connection.execute(f"""
        create or replace table names_long as
        select record_no, row_number() over (
            partition by record_no order by (n.kind is distinct from 'primary'), place
        ) as name_no, n
        from (select record_no, unnest(names) as n, generate_subscripts(names, 1) as place
              from {standardised})
        where len(n.tokens) > 0""")
    connection.execute("""
        create or replace table primary_names as
        select record_no, n.given as given, n.family as family from names_long where name_no = 1""")
    connection.execute("""
        create or replace table name_tokens as
        select record_no, name_no, unnest(n.tokens) as token,
            generate_subscripts(n.tokens, 1) as position
        from names_long where name_no <= 20""")
    connection.execute("drop table names_long")
    tokens = [row[0] for row in connection.execute(
        "select distinct token from name_tokens").fetchall()]  # fmt: skip
    codes = pa.table(
        {
            "token": pa.array(tokens, pa.string()),
            "root": pa.array([root_of(token) for token in tokens], pa.string()),
            "sound": pa.array([sound_of(token) for token in tokens], pa.string()),
        }
    )
    connection.register("codes_arrow", codes)
    connection.execute("create or replace table token_codes as select * from codes_arrow")
    connection.unregister("codes_arrow")


def count_frequencies(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Count how common values are in table `features`, as tables to freeze with a match model.

    Records of one name and date of birth count once, so that a person with many records does not
    make their own name look common.

    Returns:
        `root`: (value, tf) share of people whose name holds the root; `name`: (value, others)
        share of further people with the whole name; one table (value, tf) for each of
        FREQUENCY_COLUMNS; `size`: (people); `common`: (column_name, value).
    """
    connection.execute("""
        create or replace temp table people as
        select name_key, birth, any_value(full_roots) as full_roots,
            min(given_root) as given, min(family_root) as family,
            min(birth_place) as birth_place, min(postcode) as postcode, min(address) as address
        from features where not is_watchlist group by name_key, birth""")
    (people,) = connection.execute("select greatest(count(*), 1) from people").fetchall()[0]
    tables = {
        "size": connection.execute(f"select {people}::bigint as people").to_arrow_table(),
        "root": connection.execute(f"""
            select value, count(*) / {people} as tf
            from (select unnest(list_distinct(full_roots)) as value from people) group by value
            order by value""").to_arrow_table(),
        # of c people with one name, c - 1 are chance; what is expected by its parts is added later
        "name": connection.execute(f"""
            select name_key as value, (count(distinct birth) - 1) / {people} as others
            from people where name_key is not null group by name_key
            having count(distinct birth) > 1 order by value""").to_arrow_table(),
    }
    for column in FREQUENCY_COLUMNS:
        tables[column] = connection.execute(f"""
            select {column} as value, count(*) / {people} as tf from people
            where {column} is not null group by {column} order by value""").to_arrow_table()
    tables["common"] = _common_values(connection)
    connection.execute("drop table people")
    return tables


def _source(column: str) -> str:
    """Return the feature that is looked up for a frequency column."""
    return FREQUENCY_SOURCES.get(column, column)


def _common_values(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Find the phones, e-mails and numbers that too many different names share."""
    parts = " union all ".join(
        f"""select '{column}' as column_name, value from (
                select unnest({column}) as value, root_key, birth from features)
            group by value
            having count(distinct root_key) > {limit} and count(distinct birth) > {limit}"""
        for column, limit in COMMON_VALUE_NAMES.items()
    )
    return connection.execute(f"{parts} order by 1, 2").to_arrow_table()


def apply_frequencies(
    connection: duckdb.DuckDBPyConnection, frequencies: dict[str, pa.Table]
) -> None:
    """Drop common values from `features` and make `model_input`: features with `tf_` columns.

    A value never seen at training gets the frequency of one person.
    """
    for name, table in frequencies.items():
        connection.register(f"frequency_{name}", table)
    (people,) = connection.execute("select people from frequency_size").fetchall()[0]
    for column in COMMON_VALUE_NAMES:
        connection.execute(f"""
            update features set {column} = list_filter({column},
                lambda x: not list_contains(common.hidden, x))
            from (select f.unique_id, list(c.value) as hidden
                  from (select unique_id, unnest({column}) as value from features) f
                  join frequency_common c on c.value = f.value and c.column_name = '{column}'
                  group by f.unique_id) common
            where features.unique_id = common.unique_id""")
    joins = " ".join(
        f"left join frequency_{column} on frequency_{column}.value = f.{_source(column)}"
        for column in FREQUENCY_COLUMNS
    )
    tfs = ", ".join(
        f"case when f.{_source(column)} is not null"
        f" then coalesce(frequency_{column}.tf, 1.0 / {people}) end as tf_{column}"
        for column in FREQUENCY_COLUMNS
    )
    connection.execute(f"""
        create or replace table model_input as
        with expected as (
            select unique_id, exp(sum(ln(case when length(value) = 1 then {CHANCE_OF_AN_INITIAL}
                else coalesce(tf, 1.0 / {people}) end))) as expected
            from (select unique_id, unnest(list_distinct(roots)) as value from features)
            left join frequency_root using (value) group by unique_id)
        select f.*, case when f.name is not null then
                least(1.0, greatest({RAREST_NAME},
                    e.expected + coalesce(frequency_name.others, 0.0))) end as tf_name, {tfs}
        from features f
        left join expected e using (unique_id)
        left join frequency_name on frequency_name.value = f.name_key {joins}""")
    connection.execute("drop table features")
    for name in frequencies:
        connection.unregister(f"frequency_{name}")

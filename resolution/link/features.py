"""Turns standardised records into the columns the match model compares."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from models.match_model.comparisons import MACROS
from models.match_model.features import (
    CHANCE_OF_AN_INITIAL,
    COMMON_VALUE_NAMES,
    FEATURE_MACROS,
    FREQUENCY_COLUMNS,
    FREQUENCY_SOURCES,
    NAME_FEATURES,
    NAME_PLACES,
    NAMES_COMPARED,
    RECORD_FEATURES,
    RELATIVES_OF_ONE_NAME,
    SCAFFOLDING,
    WHOLE_FEATURES,
)
from resolution.link.name_codes import root_of, sound_of

_NAMES_AT_A_TIME = 100_000


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define on this connection every SQL macro that features and comparisons call."""
    for macro in (*FEATURE_MACROS, *MACROS):
        connection.execute(macro)


def build_features(connection: duckdb.DuckDBPyConnection, standardised: str) -> None:
    """Make table `features`, one row per record of the table named `standardised`.

    `standardised` has the columns of STANDARDISED_RECORDS and `record_no`, a number of our own
    that rises with `record_id`, so that pairs are narrow and their order is that of the ids.
    """
    _make_names(connection, standardised)
    connection.execute(f"""
        create or replace table features as
        select f.record_no as unique_id, f.record_id, {_columns(WHOLE_FEATURES)},
            f.* exclude ({", ".join(SCAFFOLDING)}, record_no, record_id)
        from (select s.record_no, s.record_id, {_columns(RECORD_FEATURES)}
            from {standardised} s) f
        left join (
            select n.record_no, n.given, n.family, {_columns(NAME_FEATURES)},
                {_columns(NAME_PLACES)}
            from names_coded n) n using (record_no)""")
    connection.execute("drop table names_coded")


def _columns(expressions: Mapping[str, str]) -> str:
    return ",\n".join(f"{sql} as {name}" for name, sql in expressions.items())


def _make_names(connection: duckdb.DuckDBPyConnection, standardised: str) -> None:
    """Make `names_coded` (record_no, given, family, names) of the records that have a name.

    A primary name comes first, and given and family name are its own.
    """
    connection.execute(f"""
        create or replace table names_plain as
        select record_no, n from (select record_no, {NAMES_COMPARED} as n from {standardised} s)
        where len(n) > 0""")
    plain = connection.cursor().execute("""
        select record_no, n[1].given as given, n[1].family as family,
            list_transform(n, lambda x: x.tokens) as tokens from names_plain""")
    batches = plain.to_arrow_reader(_NAMES_AT_A_TIME)
    schema = pa.schema(
        [*batches.schema, batches.schema.field("tokens").with_name("roots"),
         batches.schema.field("tokens").with_name("sounds")])  # fmt: skip
    coded = pa.RecordBatchReader.from_batches(schema, (_coded(b, schema) for b in batches))
    connection.register("coded_arrow", coded)
    connection.execute("""
        create or replace table names_coded as
        select record_no, given, family, list_transform(tokens, lambda x, i:
            {'tokens': x, 'roots': roots[i], 'sounds': sounds[i]}) as names from coded_arrow""")
    connection.unregister("coded_arrow")
    connection.execute("drop table names_plain")


def _coded(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Add the roots and the sounds of a batch's tokens, in lists of the same shape."""
    names = batch.column("tokens")
    tokens = names.flatten()
    spelt = tokens.flatten().dictionary_encode()
    distinct = spelt.dictionary.to_pylist()

    def shaped(codes: list[str]) -> pa.Array:
        values = pa.array(codes, pa.string()).take(spelt.indices)
        return _lists_like(names, _lists_like(tokens, values))

    columns = [shaped([code(token) for token in distinct]) for code in (root_of, sound_of)]
    return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=schema)


def _lists_like(lists: pa.Array, values: pa.Array) -> pa.Array:
    """Put values into lists as long as those, none of which is null."""
    ends = pc.cumulative_sum(pc.list_value_length(lists))
    return pa.ListArray.from_arrays(pa.concat_arrays([pa.array([0], ends.type), ends]), values)


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


def source_of(column: str) -> str:
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


def value_frequency_sql(value: str, tf: str, people: int) -> str:
    """Say how common a value is, given its `tf` if it was seen at training."""
    return f"case when {value} is not null then coalesce({tf}, 1.0 / {people}) end"


def root_frequency_sql(root: str, tf: str, people: int) -> str:
    """Say how common a root of a name is, given its `tf` if it was seen at training."""
    return (
        f"case when length({root}) = 1 then {CHANCE_OF_AN_INITIAL}"
        f" else coalesce({tf}, 1.0 / {people}) end"
    )


def name_frequency_sql(name: str, expected: str, others: str, people: int) -> str:
    """Say how common a whole name is: as its roots make one expect, and as often as seen."""
    return (
        f"case when {name} is not null then least(1.0, greatest({RELATIVES_OF_ONE_NAME} / {people},"
        f" {expected} + coalesce({others}, 0.0))) end"
    )


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
        f"left join frequency_{column} on frequency_{column}.value = f.{source_of(column)}"
        for column in FREQUENCY_COLUMNS
    )
    tfs = ", ".join(
        value_frequency_sql(f"f.{source_of(column)}", f"frequency_{column}.tf", people)
        + f" as tf_{column}"
        for column in FREQUENCY_COLUMNS
    )
    connection.execute(f"""
        create or replace table model_input as
        with expected as (
            select unique_id, exp(sum(ln({root_frequency_sql("value", "tf", people)}))) as expected
            from (select unique_id, unnest(list_distinct(roots)) as value from features)
            left join frequency_root using (value) group by unique_id)
        select f.*, {name_frequency_sql("f.name", "e.expected", "frequency_name.others", people)}
            as tf_name, {tfs}
        from features f
        left join expected e using (unique_id)
        left join frequency_name on frequency_name.value = f.name_key {joins}""")
    connection.execute("drop table features")
    for name in frequencies:
        connection.unregister(f"frequency_{name}")

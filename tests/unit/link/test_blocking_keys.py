"""Which records meet: keys, caps and pairs, against an oracle in plain Python."""

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.match_model.blocking import BLOCKING_RULES, BlockingRule
from resolution.engines.duckdb_engine import open_engine
from resolution.link import blocking
from resolution.link.blocking import blocking_key, choose_capped_keys, make_keys, make_pairs
from tests.small_world import LIMITS

NO_CAPS = pa.table({"rule": pa.array([], pa.int16()), "key": pa.array([], pa.int64()),
                    "records": pa.array([], pa.int64())})  # fmt: skip
KEYED = sorted({column for rule in BLOCKING_RULES for column in rule.columns})

Record = Mapping[str, Any]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        yield connection


def load(connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
    columns: dict[str, Any] = {
        "unique_id": pa.array(range(len(records)), pa.int64()),
        "source": pa.array([one.get("source", "a") for one in records], pa.string()),
        "duplicate_free": pa.array([one.get("duplicate_free", False) for one in records]),
        "is_watchlist": pa.array([one.get("is_watchlist", False) for one in records]),
    }
    for column in KEYED:
        lists = [one.get(column, []) for one in records]
        columns[column] = pa.array(lists, pa.list_(pa.string()))
    connection.register("given", pa.table(columns))
    connection.execute("create or replace table model_input as from given")
    connection.unregister("given")


def pairs_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int, int]]:
    return connection.execute("select left_no, right_no, rule from pairs").fetchall()


def keys_by_hand(record: Record) -> set[tuple[int, int]]:
    """Return (rule, key) of every combination of the values a rule speaks of."""
    return {
        (number, blocking_key(number, values))
        for number, rule in enumerate(BLOCKING_RULES)
        for values in product(*(record.get(column, []) for column in rule.columns))
    }


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.lists(texts, min_size=1, max_size=4, unique=True))
def test_a_key_is_the_engines_key_whatever_the_text(
    values: list[str], connection: duckdb.DuckDBPyConnection
) -> None:
    record = dict.fromkeys(KEYED, values)
    load(connection, [record])

    make_keys(connection)

    made = connection.execute("select rule, key from blocking_keys").fetchall()
    assert len(made) == len(set(made))
    assert set(made) == keys_by_hand(record)


def test_a_key_never_moves_between_releases() -> None:
    """Keys are stored: another hash would leave every stored key unfound."""
    assert blocking_key(0, ("XJ482915",)) == 8261352684774497174
    assert blocking_key(3, ("1984", "A B")) == -6267665519743742118
    assert blocking_key(0, ("a",)) != blocking_key(1, ("a",))
    assert blocking_key(0, ("a", "b")) != blocking_key(0, ("b", "a"))


small = st.lists(st.sampled_from(["1", "2", "3"]), max_size=2, unique=True)
records = st.lists(
    st.fixed_dictionaries({
        **dict.fromkeys(("document_numbers", "sounds", "readings", "root_keys"), small),
        "source": st.sampled_from(["a", "b", "register", "watchlist"]),
    }).map(lambda one: one | {"duplicate_free": one["source"] == "register",
                              "is_watchlist": one["source"] == "watchlist"}),
    min_size=2, max_size=12,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(given=records, data=st.data())
def test_pairs_are_those_that_share_a_usable_key_each_once_by_its_first_rule(
    given: list[Record], data: st.DataObject, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, given)
    make_keys(connection)
    by_hand = [keys_by_hand(record) for record in given]
    held = sorted(set().union(*by_hand)) or [(0, 0)]
    capped = data.draw(st.lists(st.sampled_from(held), max_size=2, unique=True))
    table = pa.table({
        "rule": pa.array([rule for rule, _ in capped], pa.int16()),
        "key": pa.array([key for _, key in capped], pa.int64()),
        "records": pa.array([9] * len(capped), pa.int64()),
    })  # fmt: skip

    report = make_pairs(connection, table)

    expected = set()
    for (left, one), (right, other) in combinations(enumerate(given), 2):
        shared = by_hand[left] & by_hand[right]
        if "watchlist" not in (one["source"], other["source"]):
            shared -= set(capped)  # no key is too common for an entry of a watchlist
        apart = one["source"] == other["source"] and one["source"] in ("register", "watchlist")
        if shared and not apart:
            expected.add((left, right, min(rule for rule, _ in shared)))
    made = pairs_of(connection)
    assert sorted(made) == sorted(expected)
    assert sum(rule.pairs for rule in report) == len(made)


def _with_budget(pairs_per_record: float) -> tuple[BlockingRule, ...]:
    return tuple(
        BlockingRule(one.description, one.columns, pairs_per_record) for one in BLOCKING_RULES
    )


def test_no_rule_makes_more_pairs_than_its_budget_and_small_blocks_are_kept(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "_PAIRS_ALWAYS_AFFORDED", 0)
    monkeypatch.setattr(blocking, "BLOCKING_RULES", _with_budget(5.0))
    # numbers shared by ever more records: 1, 2, 3 … 60 of them
    shared = [str(number) for number in range(1, 61) for _ in range(number)]
    load(connection, [{"document_numbers": [number]} for number in shared])
    make_keys(connection)

    capped = choose_capped_keys(connection)

    rule = next(n for n, one in enumerate(BLOCKING_RULES) if one.columns == ("document_numbers",))
    report = make_pairs(connection, capped)[rule]
    budget = 5.0 * len(shared)
    whole = sum(number * (number - 1) // 2 for number in range(1, 61))
    assert report.pairs <= budget < whole
    assert report.pairs + report.pairs_left_out == whole
    assert report.capped_keys == capped.num_rows > 0
    left_out, kept = set(capped["records"].to_pylist()), 60 - capped.num_rows
    assert left_out == set(range(kept + 1, 61)), "the most common go first"
    # nothing is left out needlessly: the next block would break the budget
    assert report.pairs + (kept + 1) * kept // 2 > budget


def test_a_block_of_a_few_records_is_never_left_out(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "_PAIRS_ALWAYS_AFFORDED", 0)
    monkeypatch.setattr(blocking, "BLOCKING_RULES", _with_budget(0.0))
    load(connection, [{"document_numbers": [f"few {n // 3}"]} for n in range(30)])
    make_keys(connection)

    assert choose_capped_keys(connection).num_rows == 0


def test_the_same_keys_are_capped_whatever_the_order_of_the_records(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "_PAIRS_ALWAYS_AFFORDED", 0)
    shared = [{"document_numbers": [str(number % 5)], "sounds": ["S"]} for number in range(400)]
    found = []
    for ordered in (shared, shared[::-1]):
        load(connection, ordered)
        make_keys(connection)
        found.append(choose_capped_keys(connection).to_pylist())

    assert found[0] == found[1]
    assert len({row["records"] for row in found[0] if row["rule"] == 1}) <= 1


@pytest.mark.parametrize(("records", "meets"), [(1_000, True), (1_001, False)])
def test_a_part_of_a_name_that_too_many_share_brings_an_entry_to_nobody(
    records: int, meets: bool, connection: duckdb.DuckDBPyConnection
) -> None:
    rare = next(n for n, one in enumerate(BLOCKING_RULES) if one.columns == ("all_roots",))
    entry = {"is_watchlist": True, "source": "watchlist", "all_roots": ["MARIA"]}
    load(connection, [{"all_roots": ["MARIA"]}, entry])
    make_keys(connection)
    capped = pa.table({
        "rule": pa.array([rare], pa.int16()),
        "key": pa.array([blocking_key(rare, ("MARIA",))], pa.int64()),
        "records": pa.array([records], pa.int64()),
    })  # fmt: skip

    make_pairs(connection, capped)

    assert pairs_of(connection) == ([(0, 1, rare)] if meets else [])


def test_every_rule_speaks_of_columns_that_features_have_and_says_what_it_is() -> None:
    from models.match_model.features import NAME_FEATURES, RECORD_FEATURES

    assert set(KEYED) <= {*RECORD_FEATURES, *NAME_FEATURES}
    assert len({rule.description for rule in BLOCKING_RULES}) == len(BLOCKING_RULES)


def test_no_records_make_no_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, [])
    make_keys(connection)

    assert choose_capped_keys(connection).num_rows == 0
    assert sum(rule.pairs for rule in make_pairs(connection, NO_CAPS)) == 0

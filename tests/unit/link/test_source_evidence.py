"""What two sources tell of a pair: how often they hold one person, and who its rivals are."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.match_model.package import MatchModelPackage
from models.prediction import Thresholds
from resolution.engines.duckdb_engine import open_engine
from resolution.link.live_scoring.rivals import Candidate, RivalOdds, SourceFigures
from resolution.link.source_evidence import (
    MOST_OF_RIVALS,
    SOURCE_PAIRS,
    count_source_pairs,
    weigh_sources,
    weigh_sources_inside,
)
from tests.small_world import LIMITS

THRESHOLDS = Thresholds(link_weight=-1.0, review_weight=-4.0, break_weight=-5.0)

Pair = tuple[int, int]
Facts = Mapping[tuple[str, str], tuple[float, float, float]]

# prior weight, covered, repeated
REGISTERS: Facts = {
    ("a", "a"): (-6.0, 0.0, 1.0),
    ("a", "b"): (1.0, 0.9, 0.01),
    ("b", "a"): (1.0, 0.6, 0.02),
    ("b", "b"): (-4.0, 0.0, 1.0),
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("engine"), limits=LIMITS) as connection:
        yield connection


def deliver(
    connection: duckdb.DuckDBPyConnection,
    sources: Sequence[str],
    weights: Mapping[Pair, float],
    *,
    duplicate_free: bool = False,
    completed: Sequence[Pair] = (),
) -> None:
    """Make `model_input` with a record of each source, in order, and `scored`."""
    rows = [
        {"unique_id": place, "source": source, "is_watchlist": source.startswith("list"),
         "duplicate_free": duplicate_free}
        for place, source in enumerate(sources)
    ]  # fmt: skip
    connection.register("rows_arrow", pa.Table.from_pylist(rows))
    connection.execute("create or replace table model_input as from rows_arrow")
    pairs = [
        {"left_no": left, "right_no": right, "match_weight": weight,
         "rule": -1 if (left, right) in completed else 0}
        for (left, right), weight in weights.items()
    ]  # fmt: skip
    schema = pa.schema(
        [("left_no", pa.int64()), ("right_no", pa.int64()), ("match_weight", pa.float64()),
         ("rule", pa.int16())]
    )  # fmt: skip
    connection.register("pairs_arrow", pa.Table.from_pylist(pairs, schema=schema))
    connection.execute("create or replace table scored as from pairs_arrow")


def knowing(package: MatchModelPackage, facts: Facts) -> MatchModelPackage:
    """Return the match model with these facts of its sources."""
    rows = [dict(zip(SOURCE_PAIRS.names, (*key, *facts[key]), strict=True)) for key in facts]
    sources = pa.Table.from_pylist(rows, schema=SOURCE_PAIRS)
    return replace(
        package, thresholds=THRESHOLDS, frequencies=package.frequencies | {"sources": sources}
    )


def source_weights(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    *,
    component: Sequence[int] = (),
) -> dict[Pair, float]:
    """Weigh the sources of all pairs; `component` is the only one there is."""
    weigh_sources(connection, package)
    connection.register("members_arrow", pa.table({
        "record_no": pa.array(component, pa.int64()),
        "component": pa.array([0] * len(component), pa.int64()),
    }))  # fmt: skip
    connection.execute("create or replace table components as from members_arrow")
    weigh_sources_inside(connection)
    rows = connection.execute("select left_no, right_no, source_weight from scored").fetchall()
    return {(left, right): weight for left, right, weight in rows}


def test_two_records_of_a_source_that_seldom_repeats_people_are_seldom_one(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    deliver(connection, ["a", "a"], {(0, 1): 3.0})

    assert source_weights(connection, knowing(package, REGISTERS)) == {(0, 1): -6.0}


def test_a_clearly_better_match_speaks_against_a_pair(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    deliver(connection, ["a", "b", "b"], {(0, 1): 20.0, (0, 2): 2.0})

    weights = source_weights(connection, knowing(package, REGISTERS))

    # a second match in b is a hundred times less likely than a first
    assert weights[0, 2] == pytest.approx(1.0 + math.log2(0.01) - math.log2(0.4), abs=0.01)
    assert 20.0 + weights[0, 1] > 15.0


def test_to_have_no_rival_speaks_for_a_pair_of_sources_that_hold_the_same_people(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    deliver(connection, ["a", "b"], {(0, 1): -5.0})

    [weight] = source_weights(connection, knowing(package, REGISTERS)).values()

    assert weight == pytest.approx(1.0 - math.log2(0.1) - math.log2(0.4))


def test_of_two_equal_rivals_neither_is_spoken_for(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    deliver(connection, ["a", "b", "b"], {(0, 1): 3.0, (0, 2): 3.0})

    weights = source_weights(connection, knowing(package, REGISTERS))

    assert weights[0, 1] == weights[0, 2] < 0.0


def test_a_rival_that_has_a_better_match_is_none(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    deliver(connection, ["a", "b", "b", "a"], {(0, 1): 3.0, (0, 2): 3.0, (2, 3): 20.0})

    weights = source_weights(connection, knowing(package, REGISTERS))

    assert weights[0, 1] > 1.0 > weights[0, 2]


def test_rivals_say_nothing_where_a_source_holds_people_often(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    often = dict.fromkeys(REGISTERS, (0.0, 0.0, 1.0))
    deliver(connection, ["a", "b", "b"], {(0, 1): 20.0, (0, 2): 2.0})

    assert set(source_weights(connection, knowing(package, often)).values()) == {0.0}


def test_a_source_that_the_match_model_was_not_trained_on_tells_nothing(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    deliver(connection, ["a", "new", "new"], {(0, 1): 20.0, (0, 2): 2.0, (1, 2): 5.0})

    weights = source_weights(connection, knowing(package, REGISTERS))

    assert set(weights.values()) == {0.0}


def test_a_watchlist_entry_is_nobodys_rival(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    listed = REGISTERS | {("a", "list"): (1.0, 0.9, 0.01), ("list", "a"): (1.0, 0.9, 0.01)}
    deliver(connection, ["a", "list", "b"], {(0, 1): 20.0, (0, 2): 2.0})

    weights = source_weights(connection, knowing(package, listed))

    assert weights[0, 1] == 0.0
    assert weights[0, 2] > 1.0


def test_a_pair_too_weak_to_be_a_rival_has_rivals_inside_a_component(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    model = knowing(package, REGISTERS)
    pairs = {(0, 1): 20.0, (0, 2): -15.0}
    deliver(connection, ["a", "b", "b"], pairs)
    outside = source_weights(connection, model)
    deliver(connection, ["a", "b", "b"], pairs)
    inside = source_weights(connection, model, component=[0, 1, 2])

    assert outside[0, 2] == 0.0
    assert inside[0, 2] < -4.0
    assert inside[0, 1] == outside[0, 1]


def test_a_pair_that_only_a_component_brought_is_nobodys_rival(
    connection: duckdb.DuckDBPyConnection, package: MatchModelPackage
) -> None:
    pairs = {(0, 1): 2.0, (0, 2): 20.0}
    deliver(connection, ["a", "b", "b"], pairs, completed=[(0, 2)])

    weights = source_weights(connection, knowing(package, REGISTERS))

    assert weights[0, 1] > 1.0


SOURCES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=2, max_size=7)
SHARES = st.floats(0.0, 0.98)


@st.composite
def populations(draw: st.DrawFn) -> tuple[list[str], dict[Pair, float], Facts]:
    """Draw records of three sources, weights of some pairs, and facts of the sources."""
    sources = draw(SOURCES)
    places = [(i, j) for i in range(len(sources)) for j in range(i + 1, len(sources))]
    weights = {
        pair: draw(st.floats(-25.0, 35.0)) for pair in places if draw(st.integers(0, 3))
    }  # fmt: skip
    facts: dict[tuple[str, str], tuple[float, float, float]] = {}
    for one in "abc":
        for other in "abc":
            prior = facts[other, one][0] if (other, one) in facts else draw(st.floats(-8.0, 2.0))
            facts[one, other] = (prior, draw(SHARES), draw(st.floats(0.005, 1.0)))
    return sources, weights, facts


def expected(
    sources: Sequence[str], weights: Mapping[Pair, float], facts: Facts
) -> dict[Pair, float]:
    """Return what `weigh_sources` is to give where all records are one component, pair by pair."""

    def prior(one: int, other: int) -> float:
        return facts[sources[one], sources[other]][0]

    rivals: dict[Pair, float] = {}
    for (i, j), weight in weights.items():
        lowest = THRESHOLDS.link_weight - MOST_OF_RIVALS
        if sources[i] != sources[j] and weight + prior(i, j) >= lowest:
            rivals[i, j] = rivals[j, i] = weight + prior(i, j)

    def told(strength: Mapping[Pair, float], i: int, j: int) -> float:
        _, covered, repeated = facts[sources[i], sources[j]]
        odds = math.fsum(
            2.0 ** min(30.0, weight)
            for (one, other), weight in strength.items()
            if one == i and other != j and sources[other] == sources[j]
        )
        return math.log2((1.0 + repeated * odds) / (1.0 - covered + odds))

    # one with a better match elsewhere is a weaker rival
    second = {(i, j): weight + told(rivals, j, i) for (i, j), weight in rivals.items()}
    found = {}
    for i, j in weights:
        both = told(second, i, j) + told(second, j, i)
        if sources[i] == sources[j]:
            found[i, j] = prior(i, j) + _same_source(facts, sources[i])
        else:
            found[i, j] = prior(i, j) + max(-MOST_OF_RIVALS, min(MOST_OF_RIVALS, both))
    return found


def _same_source(facts: Facts, source: str) -> float:
    """Return what is told where nothing is a rival: no pair of one source is one."""
    told = -2.0 * math.log2(1.0 - facts[source, source][1])
    return max(-MOST_OF_RIVALS, min(MOST_OF_RIVALS, told))


# each is some twenty statements of the engine
@settings(max_examples=40)
@given(populations())
def test_the_weights_are_those_worked_out_pair_by_pair(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    population: tuple[list[str], dict[Pair, float], Facts],
) -> None:
    sources, weights, facts = population
    deliver(connection, sources, weights)

    found = source_weights(connection, knowing(package, facts), component=range(len(sources)))

    assert found == pytest.approx(expected(sources, weights, facts), abs=1e-2)


@settings(max_examples=40)
@given(populations(), st.booleans())
def test_one_pair_at_a_time_they_are_the_same(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    population: tuple[list[str], dict[Pair, float], Facts],
    is_inside: bool,
) -> None:
    sources, weights, facts = population
    model = knowing(package, facts)
    deliver(connection, sources, weights)
    component = range(len(sources)) if is_inside else ()

    around: dict[str, dict[str, Candidate]] = {str(place): {} for place in range(len(sources))}
    for (left, right), weight in weights.items():
        around[str(left)][str(right)] = Candidate(weight, is_blocked=True)
        around[str(right)][str(left)] = Candidate(weight, is_blocked=True)
    odds = RivalOdds(
        SourceFigures(model.frequencies["sources"], link_weight=THRESHOLDS.link_weight),
        lambda place, source: {
            other: one for other, one in around[place].items() if sources[int(other)] == source
        },
        lambda place: sources[int(place)],
    )

    found = {
        (left, right): odds.weight(
            str(left), str(right), Candidate(weight, is_blocked=True), is_inside=is_inside
        )
        for (left, right), weight in weights.items()
    }

    assert found == pytest.approx(source_weights(connection, model, component=component), abs=1e-6)


@settings(max_examples=20)
@given(populations(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_changes_nothing(
    connection: duckdb.DuckDBPyConnection,
    package: MatchModelPackage,
    population: tuple[list[str], dict[Pair, float], Facts],
    chance: Any,
) -> None:
    sources, weights, facts = population
    shuffled = list(weights.items())
    chance.shuffle(shuffled)
    found = []
    for pairs in (weights, dict(shuffled)):
        deliver(connection, sources, pairs)
        model = knowing(package, facts)
        found.append(source_weights(connection, model, component=range(len(sources))))

    assert found[0] == found[1]


def counted(
    connection: duckdb.DuckDBPyConnection,
    sources: Sequence[str],
    weights: Mapping[Pair, float],
    *,
    duplicate_free: bool = False,
) -> dict[tuple[str, str], dict[str, float]]:
    deliver(connection, sources, weights, duplicate_free=duplicate_free)
    table = count_source_pairs(connection, one_in=1, thresholds=THRESHOLDS)
    return {(row["source"], row["other"]): row for row in table.to_pylist()}


def test_two_registers_of_the_same_people_are_found_to_be_so(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    n = 200
    facts = counted(connection, ["a"] * n + ["b"] * n, {(i, n + i): 20.0 for i in range(n)})

    assert facts["a", "b"]["covered"] > 0.97
    assert facts["a", "b"]["repeated"] < 0.01
    assert facts["a", "b"]["prior_weight"] == pytest.approx(1.0, abs=0.2)
    assert facts["a", "a"]["prior_weight"] < -3.0
    assert facts["a", "a"]["covered"] == 0.0


def test_a_source_that_repeats_people_rules_no_second_match_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    n = 200
    weights = {(i, n + i): 20.0 for i in range(n)}
    weights |= {(n + i, n + i + 1): 20.0 for i in range(0, n, 2)}
    facts = counted(connection, ["a"] * n + ["b"] * n, weights)

    assert facts["a", "b"]["covered"] == 0.0
    assert facts["a", "b"]["repeated"] > 0.9


def test_one_source_alone_tells_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    facts = counted(connection, ["a"] * 50, {(0, 1): 20.0, (2, 3): 20.0})

    assert facts["a", "a"]["prior_weight"] == 0.0
    assert facts["a", "a"]["covered"] == 0.0


def test_a_handful_of_records_has_not_shown_that_it_repeats_nobody(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    few = counted(connection, ["a"] * 5 + ["b"] * 5, {(i, 5 + i): 20.0 for i in range(5)})
    told = counted(
        connection, ["a"] * 5 + ["b"] * 5, {(i, 5 + i): 20.0 for i in range(5)},
        duplicate_free=True,
    )  # fmt: skip

    assert few["a", "b"]["covered"] == 0.0
    assert told["a", "b"]["covered"] > 0.8

"""What an identity is warned of, and how much it weighs."""

from itertools import combinations
from typing import Any

import pytest

from graph.identity_warnings import POINTS, find_findings, weigh
from graph.quality import chance_of
from models.quality import IdentityWarning, UsualSizes, WarningKind
from tests.unit.graph.members import member

SURE, DOUBTFUL = 14.0, 4.0


def warnings_of(
    records: list[dict[str, Any]], pairs: dict[str, float] | float, **more: Any
) -> dict[WarningKind, IdentityWarning]:
    ids = [one["record_id"] for one in records]
    if isinstance(pairs, float):
        compared = [(*pair, pairs) for pair in combinations(ids, 2)]
    else:
        compared = [(f"a:{key[0]}", f"a:{key[1]}", weight) for key, weight in pairs.items()]
    found = find_findings(records, compared, link_weight=0.0, **more)
    return {one.kind: one for one in weigh(found)}


def some(n: int, **each: Any) -> list[dict[str, Any]]:
    return [member(f"a:{number}", **each) for number in range(n)]


def test_records_that_all_agree_warn_of_nothing() -> None:
    records = some(4, name=("ANNA", "OKAFOR"), dates=("1980-02-03",), sex="F")

    assert warnings_of(records, SURE) == {}


def test_one_link_between_two_groups_is_a_bridge() -> None:
    pairs = {"01": 9.0, "23": 9.0, "12": 2.0, "02": -5.0, "03": -5.0, "13": -5.0}

    found = warnings_of(some(4), pairs)

    bridge, cohesion = found[WarningKind.BRIDGE], found[WarningKind.WEAK_COHESION]
    assert (bridge.one_side, bridge.other_side) == (("a:1",), ("a:2",))
    assert (cohesion.one_side, cohesion.other_side) == (("a:0", "a:1"), ("a:2", "a:3"))
    assert cohesion.facts["n_links"] == 1


def test_one_record_that_holds_all_others_is_named() -> None:
    found = warnings_of(some(4), {"01": 9.0, "02": 9.0, "03": 9.0, "12": -3.0, "13": -3.0})

    assert found[WarningKind.DOMINANT_RECORD].one_side == ("a:0",)


def test_twins_are_told_from_other_given_names() -> None:
    anna = member("a:0", name=("ANNA", "OKAFOR"), dates=("1980-02-03",))
    twin = member("a:1", name=("MARIA", "OKAFOR"), dates=("1980-02-03",))
    sister = member("a:1", name=("MARIA", "OKAFOR"), dates=("1984-06-07",))

    assert WarningKind.POSSIBLE_TWINS in warnings_of([anna, twin], DOUBTFUL)
    assert WarningKind.GIVEN_NAMES in warnings_of([anna, sister], DOUBTFUL)
    assert warnings_of([anna, twin], SURE) == {}


def test_a_contradiction_weighs_more_where_each_side_repeats_it() -> None:
    young = [member(f"a:{n}", dates=("1999-09-09",)) for n in (2, 3)]
    old = [member(f"a:{n}", dates=("1980-02-03",)) for n in (0, 1)]

    once = warnings_of([*old, young[0]], SURE)[WarningKind.DATES_OF_BIRTH]
    twice = warnings_of([*old, *young], SURE)[WarningKind.DATES_OF_BIRTH]

    assert once.weight == POINTS["dates_of_birth"]
    assert twice.weight == POINTS["dates_of_birth"] + POINTS["dates_of_birth_repeated"]


def test_sexes_weigh_more_where_something_else_differs_too() -> None:
    man = member("a:0", sex="M", birth_country="GHA")
    woman = member("a:1", sex="F", birth_country="GHA")
    other_woman = member("a:1", sex="F", birth_country="GBR")

    alone = warnings_of([man, woman], SURE)[WarningKind.SEXES]
    with_more = warnings_of([man, other_woman], SURE)[WarningKind.SEXES]

    assert with_more.weight > alone.weight


@pytest.mark.parametrize(
    ("usual", "source", "expected"),
    [(UsualSizes(9, {"a": 9}), None, None), (UsualSizes(2, {"a": 9}), None, 2),
     (UsualSizes(9, {"a": 3}), "a", 3)],
    ids=["usual", "many records", "many of one source"],
)  # fmt: skip
def test_unusual_size_is_told_in_all_and_by_source(
    usual: UsualSizes, source: str | None, expected: int | None
) -> None:
    found = warnings_of(some(5), SURE, usual=usual).get(WarningKind.UNUSUAL_SIZE)

    assert (found.facts["usual"] if found else None) == expected
    assert found is None or found.facts["source"] == source


def test_very_many_records_are_counted_and_the_first_are_named() -> None:
    records = some(60)

    found = warnings_of(records, {})[WarningKind.WEAK_COHESION]

    assert (len(found.other_side), found.facts["n_other"]) == (20, 59)


def test_every_warning_makes_two_people_likelier() -> None:
    records = [member("a:0", sex="M"), member("a:1", sex="F")]
    some_warnings = tuple(warnings_of(records, DOUBTFUL).values())

    assert chance_of(()) < chance_of(some_warnings[:1]) < chance_of(some_warnings)

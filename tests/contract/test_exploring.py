"""Exploring gives the same answers on every store, grouped, capped, and says what it left out."""

from typing import Any

import pytest

from graph.neighbours import Connection, Limits, Party, PartyKind, party_of_record
from graph.network import common_neighbours, network_around, shortest_path
from models.connection import Attribute, AttributeKind
from models.errors import RecordNotFoundError
from tests.contract.sample_runs import SampleRun, publish_sample

LIMITS = Limits(most_users=3, most_parties=50, link_weight=2.0)
PHONE, DOCUMENT, HOSTEL = "+441632960001", "X1234567", "7 N11AA"
CROWD = [f"h:{n}" for n in range(9)]

# P1 shares a phone with P2; P2 is the spouse of P3; P3 resembles an entry; all of P1, P3 and a
# crowd live in one hostel.
WORLD = SampleRun(
    memberships={"a:1": "P1", "a:2": "P1", "a:3": "P2", "a:4": "P3", "a:5": "P4"}
    | {one: f"H{one[2:]}" for one in CROWD},
    links=[("a:1", "a:2", 9.0, 0), ("a:2", "a:5", 3.0, 0), ("a:1", "a:5", 2.5, 0),
           ("a:3", "a:5", 1.0, 0)],
    hits=[("w:1", "a:4", 4.0, 0)],
    uses=[("a:1", "phone", PHONE), ("a:2", "phone", PHONE), ("a:3", "phone", PHONE),
          ("a:4", "document", DOCUMENT), ("w:1", "document", DOCUMENT)]
    + [(one, "address", HOSTEL) for one in ["a:1", "a:4", *CROWD]],
    relations=[("a:4", "a:3", "spouse")],
)  # fmt: skip


def person(identity_id: str) -> Party:
    return Party(PartyKind.IDENTITY, identity_id)


ENTRY = Party(PartyKind.RECORD, "w:1")
SHARED_PHONE = Connection(person("P1"), person("P2"), "phone", PHONE, "a:1", "a:3")
MARRIED = Connection(person("P2"), person("P3"), "spouse", "", "a:3", "a:4")


@pytest.fixture
def view(store: Any) -> Any:
    publish_sample(store, WORLD)
    with store.view() as view:
        yield view


def test_a_network_goes_as_deep_as_asked(view: Any) -> None:
    one = network_around(view, person("P1"), depth=1, limits=LIMITS)
    two = network_around(view, person("P1"), depth=2, limits=LIMITS)

    assert [(p.depth, p.party.id) for p in one.parties] == [(0, "P1"), (1, "P2"), (1, "P4")]
    assert [(p.depth, p.party.id) for p in two.parties] == [
        (0, "P1"), (1, "P2"), (1, "P4"), (2, "P3"),
    ]  # fmt: skip
    assert set(two.connections) == {
        SHARED_PHONE,
        Connection(person("P1"), person("P4"), "possible_link", "", "a:2", "a:5", 3.0),
        MARRIED,
    }
    assert (two.n_parties_left_out, two.n_records_left_out) == (0, 0)


def test_what_a_crowd_shares_is_one_group_and_is_not_followed(view: Any) -> None:
    found = network_around(view, person("P1"), depth=2, limits=LIMITS)

    [group] = found.shared_by_many
    assert group.attribute == Attribute(AttributeKind.ADDRESS, HOSTEL)
    assert (group.n_records, group.parties) == (11, (person("P1"),))


def test_a_network_that_does_not_fit_says_how_many_it_left_out(view: Any) -> None:
    wide = Limits(most_users=20, most_parties=4, link_weight=2.0)

    found = network_around(view, person("P1"), depth=1, limits=wide)

    assert len(found.parties) == 4
    assert found.n_parties_left_out == 12 - 3
    assert {one.left for one in found.connections} <= {one.party for one in found.parties}


def test_records_beyond_the_limit_are_counted(view: Any) -> None:
    found = network_around(view, person("P1"), depth=1, limits=Limits(most_records=1))

    assert found.n_records_left_out == 1


def test_the_shortest_path_is_told_step_by_step(view: Any) -> None:
    found = shortest_path(view, person("P1"), ENTRY, LIMITS)

    assert found.connections == (
        SHARED_PHONE,
        MARRIED,
        Connection(person("P3"), ENTRY, "document", DOCUMENT, "a:4", "w:1"),
    )
    assert found.is_whole
    backwards = shortest_path(view, ENTRY, person("P1"), LIMITS)
    assert backwards.connections == found.connections[::-1]


def test_a_path_may_use_what_a_crowd_shares_only_where_that_is_allowed(view: Any) -> None:
    wide = Limits(most_users=20, most_parties=50)

    assert len(shortest_path(view, person("P1"), person("P3"), wide).connections or ()) == 1
    assert len(shortest_path(view, person("P1"), person("P3"), LIMITS).connections or ()) == 2


def test_no_path_and_a_search_that_was_cut_are_told_apart(view: Any) -> None:
    none = shortest_path(view, person("P1"), person("H1"), LIMITS)
    cut = shortest_path(view, person("P1"), ENTRY, Limits(most_users=3, most_parties=2))

    assert (none.connections, none.is_whole) == (None, True)
    assert (cut.connections, cut.is_whole) == (None, False)
    assert shortest_path(view, person("P1"), person("P1"), LIMITS).connections == ()


def test_what_two_people_have_in_common(view: Any) -> None:
    found = common_neighbours(view, person("P1"), person("P3"), limits=LIMITS, most=10)

    assert found.direct == ()
    assert found.common == ((person("P2"), (SHARED_PHONE, MARRIED)),)
    assert [group.n_records for group in found.shared_by_many] == [11]
    direct = common_neighbours(view, person("P2"), person("P1"), limits=LIMITS, most=10)
    assert direct.direct == (SHARED_PHONE,)


def test_a_record_stands_for_its_identity_and_an_entry_for_itself(view: Any) -> None:
    assert party_of_record(view, "a:2") == person("P1")
    assert party_of_record(view, "w:1") == ENTRY
    with pytest.raises(RecordNotFoundError):
        party_of_record(view, "zz:1")

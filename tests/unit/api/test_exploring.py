"""Exploring through the use cases: ends by record or identity, names, pages, folded values."""

import pytest

from api.use_cases.explore_network import explore_network
from api.use_cases.find_common_neighbours import find_common_neighbours
from api.use_cases.find_path import find_path
from api.use_cases.rank_reviews import rank_reviews
from api.use_cases.who_else_used import folded, who_else_used
from models.connection import AttributeKind
from models.errors import IdentityNotFoundError
from models.quality import WarningKind
from tests.unit.api.fakes import PERSON_NAME, PHONE, FakeAudit
from tests.unit.api.world import World


def test_a_network_is_told_with_names_and_what_connects(world: World) -> None:
    answer = explore_network("casework:2", **world.scoring)

    assert [(one.depth, one.shown.party.id, one.shown.name) for one in answer.parties] == [
        (0, "id-1", PERSON_NAME), (1, "id-3", PERSON_NAME), (1, "watchlist:w1", None),
    ]  # fmt: skip
    kinds = {(made.left.id, made.right.id, made.kind) for made in answer.connections}
    assert kinds == {
        ("id-1", "id-3", "phone"), ("id-1", "id-3", "possible_link"),
        ("id-1", "watchlist:w1", "phone"), ("id-1", "watchlist:w1", "watchlist_hit"),
        ("id-3", "watchlist:w1", "phone"),
    }  # fmt: skip
    assert answer.basis.run_id == "run-1"


def test_a_network_comes_in_pages_that_lose_no_connection(world: World) -> None:
    whole = explore_network("id-1", **world.scoring)
    pages = [explore_network("id-1", **world.scoring, after=n, limit=1) for n in range(3)]

    assert [page.next_after for page in pages] == [1, 2, None]
    assert tuple(one for page in pages for one in page.parties) == whole.parties
    assert {c for page in pages for c in page.connections} == set(whole.connections)


def test_a_path_names_everybody_on_the_way(world: World) -> None:
    answer = find_path("casework:1", "casework:3", **world.scoring)

    assert [one.party.id for one in answer.parties] == ["id-1", "id-3"]
    assert len(answer.path.connections or ()) == 1
    assert find_path("casework:1", "casework:2", **world.scoring).path.connections == ()


def test_what_two_people_have_in_common_is_named(world: World) -> None:
    answer = find_common_neighbours("id-1", "id-3", **world.scoring)

    assert [one.shown.party.id for one in answer.common] == ["watchlist:w1"]
    assert {made.kind for made in answer.direct} == {"phone", "possible_link"}


@pytest.mark.parametrize("unknown", ["id-9", "id-0", "casework:9"])
def test_an_end_that_stands_for_nobody_is_refused(world: World, unknown: str) -> None:
    with pytest.raises(IdentityNotFoundError):
        find_path("id-1", unknown, **world.scoring)


def test_users_are_grouped_by_identity_and_paged(world: World) -> None:
    first = who_else_used(AttributeKind.PHONE, "+44 1632 960001", **world.reading, limit=2)
    rest = who_else_used(
        AttributeKind.PHONE, "+44 1632 960001", **world.reading, limit=2, after="casework:3"
    )

    assert first.attribute == PHONE
    assert [(u.shown.party.id, u.record_ids) for u in first.users] == [
        ("id-1", ("casework:1",)), ("id-3", ("casework:3",)),
    ]  # fmt: skip
    assert (first.n_records, first.next_after) == (3, "casework:3")
    assert [u.shown.party.id for u in rest.users] == ["watchlist:w1"]
    assert rest.next_after is None
    nobody = who_else_used(AttributeKind.EMAIL, "a@b.example", **world.reading)
    assert (nobody.n_records, nobody.users) == (0, ())


def test_reviews_come_in_pages_that_are_audited_by_identity(world: World, audit: FakeAudit) -> None:
    first = rank_reviews(**world.reading, limit=1)
    rest = rank_reviews(**world.reading, limit=1, offset=1)

    assert [one.identity_id for one in (*first.identities, *rest.identities)] == ["id-1", "id-3"]
    assert (first.next_offset, rest.next_offset) == (1, None)
    assert audit.events[0].targets == (
        "run-1", "id-1", "casework:1", "casework:2", "passengers:1",
    )  # fmt: skip


def test_reviews_keep_to_one_kind_of_warning(world: World) -> None:
    of_births = rank_reviews(**world.reading, kind=WarningKind.DATES_OF_BIRTH)
    of_twins = rank_reviews(**world.reading, kind=WarningKind.POSSIBLE_TWINS)

    assert [one.identity_id for one in of_births.identities] == ["id-1"]
    assert of_twins.identities == ()


def test_the_value_asked_for_is_in_the_audit_as_a_hash_only(world: World, audit: FakeAudit) -> None:
    who_else_used(AttributeKind.PHONE, PHONE.value, **world.reading)

    [event] = audit.events
    assert event.query_hash is not None
    assert PHONE.value not in repr(event)


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (AttributeKind.PHONE, "+44 (1632) 960-001", "+441632960001"),
        (AttributeKind.EMAIL, " Ana@Example.ORG ", "ana@example.org"),
        (AttributeKind.DOCUMENT, "xj 48-2915", "XJ482915"),
        (AttributeKind.ADDRESS, " 7  n11aa ", "7 N11AA"),
    ],
)
def test_a_value_is_taken_as_people_type_it(kind: AttributeKind, typed: str, expected: str) -> None:
    assert folded(kind, typed) == expected

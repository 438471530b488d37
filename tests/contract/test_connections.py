"""What connects records without making them one person, in every store."""

from typing import Any

import pytest

from models.connection import Attribute, AttributeKind, AttributeUsers, Relation
from models.prediction import PairwisePrediction
from models.quality import IdentityQuality, IdentityWarning, WarningKind
from tests.contract.sample_runs import SampleRun, make_run, publish_sample, stage

PHONE = Attribute(AttributeKind.PHONE, "+441632960001")
HOSTEL = Attribute(AttributeKind.ADDRESS, "7 N11AA: REAR \U0001f3e0")
USES = [
    ("a:2", "phone", PHONE.value), ("a:10", "phone", PHONE.value), ("w:1", "phone", PHONE.value),
    ("a:2", "address", HOSTEL.value), ("a:2", "document", "X1"),
]  # fmt: skip


def test_an_empty_store_has_no_connections(store: Any) -> None:
    with store.view() as view:
        assert view.uses_of(["a:1"]) == []
        assert view.users_of([PHONE], limit=5) == {}
        assert view.relations_of(["a:1"]) == []
        assert view.links_beyond(["a:1"], at_least=0.0) == []


def test_records_are_found_by_identity(store: Any) -> None:
    members = {"a:2": "P1", "a:10": "P1", "b:1": "P'2"}
    publish_sample(store, SampleRun(memberships=members))

    with store.view() as view:
        found = view.members_of(["P'2", "P1", "P1", "P9", "\udcff"])
    assert found == {"P'2": ("b:1",), "P1": ("a:10", "a:2")}


def test_attributes_are_found_by_record_in_order(store: Any) -> None:
    publish_sample(store, SampleRun(uses=USES))

    with store.view() as view:
        assert view.uses_of(["a:2", "a:10", "zz:1", "\udcff"]) == [
            ("a:10", PHONE),
            ("a:2", HOSTEL),
            ("a:2", Attribute(AttributeKind.DOCUMENT, "X1")),
            ("a:2", PHONE),
        ]


def test_records_are_found_by_attribute_counted_and_paged(store: Any) -> None:
    publish_sample(store, SampleRun(uses=USES))
    unknown = Attribute(AttributeKind.EMAIL, "a@b.example")

    with store.view() as view:
        found = view.users_of([PHONE, HOSTEL, unknown], limit=2)
        assert found == {
            PHONE: AttributeUsers(3, ("a:10", "a:2")),
            HOSTEL: AttributeUsers(1, ("a:2",)),
        }
        assert view.users_of([PHONE], limit=2, after="a:2") == {PHONE: AttributeUsers(3, ("w:1",))}
        assert view.users_of([PHONE], limit=0) == {PHONE: AttributeUsers(3, ())}


def test_users_are_paged_by_code_point_though_servers_compare_by_other_units(store: Any) -> None:
    ids = ["a:E", "a:\u00e9", "a:\uffee", "a:\U0001f3e0", "a:\U0001f3e1"]
    publish_sample(store, SampleRun(uses=[(one, "phone", PHONE.value) for one in ids]))

    with store.view() as view:
        for n, after in enumerate(ids):
            page = view.users_of([PHONE], limit=2, after=after)[PHONE]
            assert page.record_ids == tuple(ids[n + 1 : n + 3])


def test_relations_are_found_from_either_end_once(store: Any) -> None:
    said = [("a:1", "a:2", "spouse"), ("a:2", "a:1", "spouse"), ("a:3", "a:1", "sponsor")]
    publish_sample(store, SampleRun(relations=said))

    with store.view() as view:
        assert view.relations_of(["a:1", "a:2"]) == [Relation(*one) for one in said]
        assert view.relations_of(["a:3"]) == [Relation("a:3", "a:1", "sponsor")]


def test_links_that_lead_elsewhere_are_strongest_first_from_a_weight_on(store: Any) -> None:
    links = [("a:1", "a:2", 9.0, 0), ("a:2", "a:3", 4.0, 0), ("a:0", "a:1", 5.0, -1),
             ("a:1", "a:9", -2.0, 0)]  # fmt: skip
    publish_sample(store, SampleRun(links=links))

    with store.view() as view:
        assert view.links_beyond(["a:1", "a:2", "zz:1"], at_least=4.0) == [
            PairwisePrediction("a:0", "a:1", 5.0, None),
            PairwisePrediction("a:2", "a:3", 4.0, 0),
        ]


def quality(
    identity_id: str, concern: float, warnings: tuple[IdentityWarning, ...] = ()
) -> tuple[Any, ...]:
    return (identity_id, 3, 2, 2 / 3, 2, 2, 1, 1, 2, concern, 0.25, 1.5, warnings)


TWINS = IdentityWarning(
    WarningKind.POSSIBLE_TWINS, 1.6, ("a:1",), ("a:2", "b:1"), {"one_value": 'AN"["bridge",A'}
)
BRIDGE = IdentityWarning(WarningKind.BRIDGE, 0.2, ("a:1",), ("a:2",), {"evidence": 1.5})
SIZE = IdentityWarning(
    WarningKind.UNUSUAL_SIZE, 0.8, ("a:1",), (), {"source": None, "n_records": 9}
)


def test_identities_are_ranked_by_concern_then_id_and_found_by_id(store: Any) -> None:
    rows = [quality("P2", 1.5), quality("P1", 1.5), quality("P3", 9.0), quality("P4", 0.0)]
    publish_sample(store, SampleRun(quality=rows))

    with store.view() as view:
        assert [one.identity_id for one in view.least_sound(limit=3)] == ["P3", "P1", "P2"]
        assert [one.identity_id for one in view.least_sound(limit=9, offset=2)] == ["P2", "P4"]
        assert view.quality_of(["P2", "P9"]) == {"P2": IdentityQuality(*quality("P2", 1.5))}

    publish_sample(store, SampleRun(run=make_run("run-2"), quality=[quality("P1", 0.5)]))

    with store.view() as view:
        assert view.least_sound(limit=9) == [IdentityQuality(*quality("P1", 0.5))]


def test_identities_are_found_by_the_kind_of_their_warnings(store: Any) -> None:
    rows = [quality("P1", 1.0, (TWINS,)), quality("P2", 3.0, (BRIDGE, SIZE)), quality("P3", 2.0),
            quality("P4", 4.0, (TWINS, BRIDGE))]  # fmt: skip
    publish_sample(store, SampleRun(quality=rows))

    with store.view() as view:
        everything = view.least_sound(limit=9)
        by_kind = {
            kind: [one.identity_id for one in view.least_sound(limit=9, kind=kind)]
            for kind in (WarningKind.POSSIBLE_TWINS, WarningKind.BRIDGE, WarningKind.DOCUMENTS)
        }
        second = view.least_sound(limit=1, offset=1, kind=WarningKind.BRIDGE)

    assert [one.warnings for one in everything] == [(TWINS, BRIDGE), (BRIDGE, SIZE), (), (TWINS,)]
    assert by_kind == {
        WarningKind.POSSIBLE_TWINS: ["P4", "P1"],
        WarningKind.BRIDGE: ["P4", "P2"],
        WarningKind.DOCUMENTS: [],
    }
    assert [one.identity_id for one in second] == ["P2"]


def test_connections_are_those_of_the_published_run(store: Any) -> None:
    publish_sample(store, SampleRun(uses=USES, relations=[("a:2", "a:10", "spouse")]))
    with store.view() as view:
        stage(store, SampleRun(run=make_run("run-2"), uses=[("a:10", "phone", PHONE.value)]))
        assert view.users_of([PHONE], limit=9)[PHONE].n_records == 3

    publish_sample(store, SampleRun(run=make_run("run-2"), uses=[("a:10", "phone", PHONE.value)]))

    with store.view() as view:
        assert view.users_of([PHONE], limit=9) == {PHONE: AttributeUsers(1, ("a:10",))}
        assert view.uses_of(["a:2"]) == []
        assert view.relations_of(["a:2"]) == []


@pytest.mark.parametrize("n_users", [900])
def test_an_attribute_that_many_share_is_counted_whole(store: Any, n_users: int) -> None:
    uses = [(f"a:{n:04}", "address", HOSTEL.value) for n in range(n_users)]
    publish_sample(store, SampleRun(uses=uses))

    with store.view() as view:
        found = view.users_of([HOSTEL], limit=3)[HOSTEL]
    assert found == AttributeUsers(n_users, ("a:0000", "a:0001", "a:0002"))

"""Deciding over the API: kept, refused where it contradicts, withdrawn, listed, audited."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.unit.api.fakes import FakeAudit, FakeDecisions, make_container


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def log() -> FakeDecisions:
    return FakeDecisions()


@pytest.fixture
def client(audit: FakeAudit, log: FakeDecisions) -> TestClient:
    container = make_container(audit=audit, decisions=log)
    return TestClient(create_app(container), raise_server_exceptions=False)


def decide(client: TestClient, verdict: str, *groups: list[str], **more: Any) -> Any:
    asked = {"verdict": verdict, "groups": groups, "reason": "seen at the counter"} | more
    return client.post("/v1/decisions", json=asked)


def test_a_decision_is_kept_with_its_author_and_reason(
    client: TestClient, log: FakeDecisions
) -> None:
    answer = decide(client, "different", ["casework:1"], ["casework:3"], note="brothers").json()

    [kept] = log.decisions()
    assert kept.groups == (("casework:1",), ("casework:3",))
    assert (kept.author, kept.reason, kept.note) == (
        "developer-1", "seen at the counter", "brothers",
    )  # fmt: skip
    assert answer["decision"]["decision_id"] == kept.decision_id
    assert answer["identities"] == {"casework:1": "id-1", "casework:3": "id-3"}


def test_an_identity_stands_for_the_records_it_holds(
    client: TestClient, log: FakeDecisions
) -> None:
    decide(client, "same", ["id-1", "casework:3"])

    assert log.decisions()[0].groups == (
        ("casework:1", "casework:2", "casework:3", "passengers:1"),
    )


def test_one_that_contradicts_is_refused_and_names_what_it_contradicts(
    client: TestClient, log: FakeDecisions
) -> None:
    first = decide(client, "same", ["casework:1", "casework:3"]).json()["decision"]

    refused = decide(client, "different", ["casework:1"], ["casework:3"])

    assert refused.status_code == 409
    assert first["decision_id"] in refused.json()["detail"]
    assert len(log.decisions()) == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("same", ["casework:1"]), "two records"),
        (("different", ["casework:1", "casework:2"]), "two groups"),
        (("same", ["casework:1", "watchlist:w1"]), "watchlist"),
        (("different", ["casework:1"], ["id-1"]), "once"),
        (("same", ["id-0", "casework:1"]), "id-1"),
    ],
)
def test_what_decides_nothing_is_refused_with_what_to_do(
    client: TestClient, log: FakeDecisions, asked: Any, says: str
) -> None:
    verdict, *groups = asked

    refused = decide(client, verdict, *groups)

    assert refused.status_code == 422
    assert says in refused.json()["detail"]
    assert log.decisions() == []


def test_a_reason_must_be_given(client: TestClient) -> None:
    refused = decide(client, "same", ["casework:1", "casework:3"], reason="  ")

    assert refused.status_code == 422
    assert "give a reason" in refused.json()["detail"]


def test_a_record_that_is_not_there_cannot_be_decided_about(client: TestClient) -> None:
    assert decide(client, "same", ["casework:1", "casework:99"]).status_code == 404
    assert decide(client, "same", ["casework:1", "id-99"]).status_code == 404


def test_a_decision_is_withdrawn_with_a_reason_and_stays_readable(client: TestClient) -> None:
    decision_id = decide(client, "same", ["casework:1", "casework:3"]).json()["decision"][
        "decision_id"
    ]
    address = f"/v1/decisions/{decision_id}"

    ended = client.post(f"{address}/withdrawal", json={"reason": "wrong file"}).json()

    assert ended["withdrawal"]["reason"] == "wrong file"
    assert client.get(address).json() == ended
    assert client.get("/v1/decisions", params={"only_in_force": True}).json()["decisions"] == []
    assert client.get("/v1/decisions/d-9").status_code == 404


def test_decisions_are_listed_newest_first_by_record_and_by_page(client: TestClient) -> None:
    made = [
        decide(client, verdict, *groups).json()["decision"]["decision_id"]
        for verdict, *groups in (
            ("same", ["casework:1", "casework:2"]),
            ("different", ["casework:1"], ["casework:3"]),
            ("unsure", ["casework:2", "casework:3"]),
        )
    ]

    def listed(**asked: Any) -> list[str]:
        body = client.get("/v1/decisions", params=asked).json()
        return [one["decision"]["decision_id"] for one in body["decisions"]]

    assert listed() == made[::-1]
    assert listed(about="casework:1") == made[1::-1]
    assert listed(about="id-3") == [made[2], made[1]]
    assert listed(limit=2) == made[:0:-1]
    assert client.get("/v1/decisions", params={"limit": 2}).json()["next_offset"] == 2
    assert listed(offset=2) == made[:1]


def test_who_decided_and_who_read_it_is_audited(client: TestClient, audit: FakeAudit) -> None:
    decide(client, "same", ["casework:1", "casework:3"])
    client.get("/v1/decisions")

    told = [(event.action, event.outcome) for event in audit.events]
    assert told == [("decide", "begun"), ("decide", "answered"), ("list_decisions", "answered")]
    assert {"casework:1", "casework:3"} <= set(audit.events[1].targets)

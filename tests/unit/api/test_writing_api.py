"""Writing records over the API: whole, all or none, once, audited."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from models.tables import SOURCE_RECORDS
from tests.unit.api.fakes import FakeAudit, FakeLive, make_container

RECORD = {"attributes": {"names": [{"given": "Ana", "family": "Lopez"}],
                         "relations": [{"kind": "spouse", "reference": "casework:2"}]},
          "effective_time": "2026-01-01"}  # fmt: skip


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def live() -> FakeLive:
    return FakeLive()


@pytest.fixture
def client(audit: FakeAudit, live: FakeLive) -> TestClient:
    app = create_app(make_container(audit=audit, live=live))
    return TestClient(app, raise_server_exceptions=False)


def test_a_record_is_written_as_its_source_has_it(client: TestClient, live: FakeLive) -> None:
    answer = client.put("/v1/records/casework/7%2Fa%20b", json=RECORD)

    assert answer.status_code == 200, answer.text
    assert answer.json()["identities"] == {"casework:7/a b": "id-1"}
    assert answer.headers["cache-control"] == "no-store"
    [change] = live.written
    row = change.records[0].source_record
    assert row is not None
    assert set(row) == set(SOURCE_RECORDS.names)
    assert (row["record_id"], row["role"], row["effective_time"]) == (
        "casework:7/a b", "person", "2026-01-01",
    )  # fmt: skip
    assert row["names"][0]["family"] == "Lopez"
    assert row["names"][0]["raw_path"] == "names[0]"
    assert row["relations"][0]["reference"] == "casework:2"
    assert row["phones"] == []
    assert change.author == "developer-1"


def test_a_record_is_ended(client: TestClient, live: FakeLive) -> None:
    answer = client.delete("/v1/records/casework/1")

    assert answer.json()["identities"] == {"casework:1": None}
    assert live.written[0].records[0].is_gone


def test_many_are_written_and_ended_together(client: TestClient, live: FakeLive) -> None:
    records = [
        {"source": "casework", "source_record_id": "8", "record": RECORD},
        {"source": "watchlist", "source_record_id": "w9"},
    ]

    answer = client.post("/v1/records:batch", json={"records": records})

    assert list(answer.json()["identities"]) == ["casework:8", "watchlist:w9"]
    assert [one.is_gone for one in live.written[0].records] == [False, True]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"source": "unmapped", "source_record_id": "1", "record": RECORD}], "no mapping file"),
        ([{"source": "casework", "source_record_id": "1"}] * 2, "comes twice"),
        ([], "at least 1 item"),
        ([{"source": "casework", "source_record_id": str(n)} for n in range(101)], "at most 100"),
        ([{"source": "casework", "source_record_id": "1", "record": {"attributes": {"shoe": []}}}],
         "does not exist"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_says_why_and_nothing_is(
    client: TestClient, live: FakeLive, records: list[dict[str, Any]], said: str
) -> None:
    answer = client.post("/v1/records:batch", json={"records": records})

    assert answer.status_code == 422
    assert said in answer.text
    assert live.written == []


def test_a_record_that_is_not_there_cannot_be_ended(client: TestClient) -> None:
    assert client.delete("/v1/records/casework/unknown").status_code == 404


def test_a_request_that_comes_again_is_answered_and_not_done(
    client: TestClient, live: FakeLive
) -> None:
    key = {"Idempotency-Key": "row-17"}
    first = client.put("/v1/records/casework/1", json=RECORD, headers=key).json()

    again = client.put("/v1/records/casework/1", json=RECORD, headers=key).json()

    assert again == first | {"is_repeated": True}
    assert len(live.written) == 1
    other = client.put("/v1/records/casework/2", json=RECORD, headers=key)
    assert other.status_code == 409
    assert other.json()["type"] == "urn:identigraph:problem:request-conflict"


def test_who_wrote_what_is_audited(client: TestClient, audit: FakeAudit) -> None:
    client.put("/v1/records/casework/1", json=RECORD, headers={"X-Purpose": "case 7"})

    begun, done = audit.events
    assert [(one.action, one.outcome) for one in audit.events] == [
        ("write_records", "begun"), ("write_records", "answered"),
    ]  # fmt: skip
    assert (done.targets, done.purpose) == (("casework:1", "id-1"), "case 7")
    assert begun.targets == ()


def test_nothing_is_written_when_the_audit_cannot_be(live: FakeLive) -> None:
    app = create_app(make_container(audit=FakeAudit(full=True), live=live))

    answer = TestClient(app).put("/v1/records/casework/1", json=RECORD)

    assert answer.status_code == 503
    assert live.written == []


def test_a_decision_that_cannot_take_effect_now_is_kept_for_the_next_run(audit: FakeAudit) -> None:
    client = TestClient(create_app(make_container(audit=audit, live=FakeLive(is_down=True))))
    asked = {"verdict": "different", "groups": [["casework:1"], ["casework:3"]], "reason": "seen"}

    answer = client.post("/v1/decisions", json=asked).json()

    assert (answer["is_in_effect"], answer["events"]) == (False, [])

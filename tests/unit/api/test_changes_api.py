"""The change feed: in order, from a place on, by page or as server-sent events."""

import json
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from models.identity import IdentityEvent, IdentityEventKind
from tests.unit.api.fakes import FakeAudit, FakeGraph, make_container

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENTS = [
    IdentityEvent(place, f"id-{place}", IdentityEventKind.CREATED, "run-1", NOON, (), ("a:1",), (),
                  "run-1")
    for place in (3, 4, 7)
]  # fmt: skip


class GraphWithEvents(FakeGraph):
    """Holds events, and gains one each time it was looked at and had nothing new."""

    def __init__(self, *, later: list[IdentityEvent] | None = None) -> None:
        super().__init__()
        self.there = list(EVENTS)
        self.later = later or []

    def events_after(self, sequence: int, *, limit: int) -> list[IdentityEvent]:
        found = [event for event in self.there if event.sequence > sequence][:limit]
        if not found and self.later:
            self.there.append(self.later.pop(0))
        return found


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def client(audit: FakeAudit) -> TestClient:
    return TestClient(create_app(make_container(audit=audit, graph=GraphWithEvents())))


def test_events_come_in_order_with_where_to_go_on(client: TestClient) -> None:
    first = client.get("/v1/changes", params={"limit": 2}).json()
    rest = client.get("/v1/changes", params={"after": first["next_after"]}).json()

    assert [event["sequence"] for event in first["events"]] == [3, 4]
    assert first["has_more"] is True
    assert [event["identity_id"] for event in rest["events"]] == ["id-7"]
    assert rest["has_more"] is False
    assert rest["events"][0]["cause"] == "run-1"


def test_with_nothing_new_the_place_stays(client: TestClient) -> None:
    body = client.get("/v1/changes", params={"after": 7}).json()

    assert body == {"events": [], "next_after": 7, "has_more": False}


def streamed(client: TestClient, **asked: object) -> list[dict[str, str]]:
    headers = {"Last-Event-ID": str(asked.pop("last"))} if "last" in asked else {}
    answer = client.get("/v1/changes/stream", params={"seconds": 0} | asked, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    blocks = [block for block in answer.text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


def test_a_stream_sends_what_is_there_each_with_its_place(client: TestClient) -> None:
    sent = streamed(client, after=3)

    assert [(one["id"], one["event"]) for one in sent] == [("4", "created"), ("7", "created")]
    assert json.loads(sent[0]["data"])["identity_id"] == "id-4"


def test_a_browser_that_asks_again_goes_on_where_it_was(client: TestClient) -> None:
    assert [one["id"] for one in streamed(client, after=0, last=4)] == ["7"]


def test_a_stream_sends_what_happens_while_it_lasts() -> None:
    later = IdentityEvent(
        9, "id-9", IdentityEventKind.MERGED, "run-2", NOON, ("id-3",), (), (), "run-2"
    )
    client = TestClient(create_app(make_container(graph=GraphWithEvents(later=[later]))))

    assert [one["id"] for one in streamed(client, after=7, seconds=2)] == ["9"]


def test_what_is_told_is_audited_and_a_look_that_finds_nothing_is_not(
    client: TestClient, audit: FakeAudit
) -> None:
    streamed(client, after=3)

    [event] = audit.events
    assert (event.action, event.targets) == ("list_changes", ("id-4", "id-7"))

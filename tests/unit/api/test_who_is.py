"""Who is this person, who are these people: verdicts with reasons, filters, batches."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.use_cases.auditing import query_hash
from api.use_cases.who_is_reasons import (
    WhatWasFound,
    WhoIsReasonCode,
    WhoIsVerdict,
    reasons_of,
    verdict_of,
)
from tests.unit.api.fakes import THRESHOLDS, FakeAudit, FakeResolver, make_container

ASKED = {"attributes": {"names": [{"full": "Zebedee Quillfeather"}]}}


def client_of(**parts: Any) -> TestClient:
    return TestClient(create_app(make_container(**parts)), raise_server_exceptions=False)


def found(*weights: float, **others: Any) -> WhatWasFound:
    return WhatWasFound(
        **{
            "identity_weights": weights, "minimum_match_weight": THRESHOLDS.review_weight,
            "n_keys": 3, "n_keys_too_common": 0, "is_truncated": False,
        } | others
    )  # fmt: skip


@pytest.mark.parametrize(
    ("weights", "others", "codes"),
    [
        pytest.param((9.0,), {}, ["at_or_above_link"], id="one reaches the link threshold"),
        pytest.param((9.0, 6.0, 5.9), {}, ["at_or_above_link", "several_reach_link"], id="two do"),
        pytest.param((5.9,), {}, ["below_link"], id="below link"),
        pytest.param((-0.1,), {"minimum_match_weight": -5.0}, ["below_review"], id="below review"),
        pytest.param((-0.1,), {}, ["below_review", "below_minimum"], id="not shown"),
        pytest.param((), {}, ["nothing_in_common"], id="nobody to compare"),
        pytest.param((), {"n_keys_too_common": 3}, ["every_key_too_common"], id="all too common"),
        pytest.param(
            (9.0,), {"n_keys_too_common": 2, "is_truncated": True},
            ["at_or_above_link", "some_keys_too_common", "too_many_candidates"], id="some missing",
        ),
    ],
)  # fmt: skip
def test_a_verdict_has_its_reasons(
    weights: tuple[float, ...], others: dict[str, Any], codes: list[str]
) -> None:
    reasons = reasons_of(found(*weights, **others), THRESHOLDS)

    assert [reason.code for reason in reasons] == codes
    assert all(reason.in_words for reason in reasons)


@pytest.mark.parametrize(
    ("weight", "verdict"),
    [
        (None, WhoIsVerdict.NONE), (-0.1, WhoIsVerdict.NONE), (0.0, WhoIsVerdict.POSSIBLE),
        (5.9, WhoIsVerdict.POSSIBLE), (6.0, WhoIsVerdict.MATCH),
    ],
)  # fmt: skip
def test_thresholds_make_the_verdict(weight: float | None, verdict: WhoIsVerdict) -> None:
    assert verdict_of(weight, THRESHOLDS) is verdict


def test_an_answer_says_when_nobody_was_looked_for() -> None:
    nobody = FakeResolver(weights={}, n_keys=2, n_keys_too_common=2)

    body = client_of(resolver=nobody).post("/v1/who-is", json=ASKED).json()

    assert body["verdict"] == "none"
    assert [one["code"] for one in body["reasons"]] == [WhoIsReasonCode.EVERY_KEY_TOO_COMMON]


def test_only_records_of_the_sources_asked_for_are_looked_at() -> None:
    client = client_of()

    body = client.post("/v1/who-is", json=ASKED | {"sources": ["passengers", "watchlist"]}).json()

    assert body["candidates"] == []
    assert body["reasons"][0]["code"] == "below_review"
    assert [one["entry"]["record_id"] for one in body["watchlist_hits"]] == ["watchlist:w1"]


@pytest.mark.parametrize("sources", [[], ["Case Work"], ["a" * 33]], ids=str)
def test_sources_that_cannot_be_are_refused(sources: list[str]) -> None:
    response = client_of().post("/v1/who-is", json=ASKED | {"sources": sources})

    assert response.status_code == 422


def test_a_batch_answers_each_question_under_its_correlation_id() -> None:
    client = client_of()
    questions = [{"correlation_id": f"row-{n}", **ASKED, "limit": n} for n in (2, 1)]

    answers = client.post("/v1/who-is:batch", json={"questions": questions}).json()["answers"]

    assert [one["correlation_id"] for one in answers] == ["row-2", "row-1"]
    assert [len(one["answer"]["candidates"]) for one in answers] == [2, 1]
    assert answers[0]["answer"] == client.post("/v1/who-is", json=ASKED | {"limit": 2}).json()


def test_a_question_that_cannot_be_used_leaves_the_others_answered_and_is_audited() -> None:
    audit = FakeAudit()
    questions = [
        {"correlation_id": "empty", "attributes": {"names": []}},
        {"correlation_id": "good", **ASKED},
    ]

    response = client_of(audit=audit).post("/v1/who-is:batch", json={"questions": questions})

    empty, good = response.json()["answers"]
    assert (empty["answer"], bool(empty["problem"])) == (None, True)
    assert (good["answer"]["verdict"], good["problem"]) == ("match", None)
    assert [event.outcome for event in audit.events] == ["failed", "answered"]
    assert [event.query_hash for event in audit.events] == [
        query_hash({}),
        query_hash(ASKED["attributes"]),
    ]
    assert audit.events[0].targets == ()
    assert "id-1" in audit.events[1].targets


def test_a_batch_that_cannot_be_audited_is_not_answered() -> None:
    questions = [{"correlation_id": "a", **ASKED}]

    response = client_of(audit=FakeAudit(full=True)).post(
        "/v1/who-is:batch", json={"questions": questions}
    )

    assert response.status_code == 503
    assert "id-1" not in response.text


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_has_one_question_at_least_and_a_hundred_at_most(number: int) -> None:
    questions = [{"correlation_id": str(n), **ASKED} for n in range(number)]

    response = client_of().post("/v1/who-is:batch", json={"questions": questions})

    assert response.status_code == 422

"""The JSON API over stand-ins: answers, problems, hostile ids, headers."""

import logging
from dataclasses import replace
from typing import Any, get_args
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.problems import STATUS_OF
from api.routes.questions import AskedAttributes
from api.use_cases.suggest_requests import SuggestedRequests
from models.errors import IdentigraphError
from models.tables import SOURCE_ATTRIBUTES
from tests.unit.api.fakes import (
    HOSTILE_ID,
    PERSON_NAME,
    RUN,
    FakeAudit,
    FakeGraph,
    FakeResolver,
    make_container,
)

WHO_IS = {"attributes": {"names": [{"full": PERSON_NAME}]}}


def client_of(**parts: Any) -> TestClient:
    return TestClient(create_app(make_container(**parts)), raise_server_exceptions=False)


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
def client(audit: FakeAudit) -> TestClient:
    return client_of(audit=audit)


def test_who_is_ranks_identities_by_their_best_record_and_keeps_the_watchlist_apart(
    client: TestClient,
) -> None:
    body = client.post("/v1/who-is", json=WHO_IS).json()

    assert [(one["identity_id"], one["best_record_id"]) for one in body["candidates"]] == [
        ("id-1", "casework:2"),
        ("id-3", "casework:3"),
    ]
    assert [one["verdict"] for one in body["candidates"]] == ["match", "possible"]
    assert body["verdict"] == "match"
    assert [one["entry"]["record_id"] for one in body["watchlist_hits"]] == ["watchlist:w1"]
    assert body["n_keys_too_common"] == 1
    assert body["basis"]["run_id"] == "run-1"


def test_who_is_finds_nobody_when_every_candidate_is_weak() -> None:
    client = client_of(resolver=FakeResolver(weights={"casework:1": -8.0}))

    body = client.post("/v1/who-is", json=WHO_IS).json()

    assert (body["verdict"], body["candidates"]) == ("none", [])


def test_who_is_shows_weaker_candidates_when_asked() -> None:
    client = client_of(resolver=FakeResolver(weights={"casework:1": -8.0}))

    body = client.post("/v1/who-is", json=WHO_IS | {"minimum_match_weight": -9}).json()

    assert (body["verdict"], len(body["candidates"])) == ("none", 1)


def test_who_is_says_how_many_the_limit_left_out(client: TestClient) -> None:
    body = client.post("/v1/who-is", json=WHO_IS | {"limit": 1}).json()

    assert (len(body["candidates"]), body["n_weaker"]) == (1, 1)


def test_the_purpose_given_is_audited(client: TestClient, audit: FakeAudit) -> None:
    client.get("/v1/identities/id-1", headers={"X-Purpose": "case 9"})
    client.get("/v1/identities/id-1")

    assert [event.purpose for event in audit.events] == ["case 9", "development"]


def test_a_run_tells_what_somebody_should_do_something_about() -> None:
    warning = {"code": "population_outgrown", "message": "Train it anew"}
    client = client_of(graph=FakeGraph(replace(RUN, summary={"warnings": [warning]})))

    [run] = client.get("/v1/runs").json()["runs"]

    assert run["warnings"] == [warning]


def test_an_identity_answers_with_what_it_rests_on(client: TestClient) -> None:
    response = client.get("/v1/identities/id-1")

    body = response.json()
    assert body["basis"] == {
        "run_id": "run-1",
        "model_version": "model-1",
        "as_of": "2026-01-02T12:00:00Z",
    }
    assert [one["record_id"] for one in body["records"]] == [
        "casework:1",
        "casework:2",
        "passengers:1",
    ]
    assert response.headers["cache-control"] == "no-store"


def test_records_of_an_identity_come_in_pages(client: TestClient) -> None:
    first = client.get("/v1/identities/id-1?limit=2").json()
    second = client.get("/v1/identities/id-1", params={"after": first["next_after"]}).json()

    assert [len(first["records"]), len(second["records"])] == [2, 1]
    assert second["next_after"] is None


def test_a_superseded_id_answers_with_what_replaced_it_and_nothing_personal(
    client: TestClient,
) -> None:
    response = client.get("/v1/identities/id-0")

    assert response.status_code == 200
    assert response.json()["state"]["superseded_by"] == ["id-1"]
    assert response.json()["records"] == response.json()["events"] == []
    assert PERSON_NAME.lower() not in response.text.lower()


@pytest.mark.parametrize("tail", ["", "/identity"], ids=["record", "its identity"])
def test_ids_may_hold_anything_percent_encoded(client: TestClient, tail: str) -> None:
    response = client.get(f"/v1/records/casework/{quote(HOSTILE_ID, safe='')}{tail}")

    assert response.status_code == 200
    assert f"casework:{HOSTILE_ID}" in {
        one["record_id"] for one in response.json().get("records", [])
    } | {response.json().get("record", {}).get("record_id")}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/records/casework/..%2f..%2fetc",
        "/v1/records/casework/%00",
        "/v1/records/casework/" + "x" * 1_000,
        "/v1/records/%F0%9F%98%80/1",
        "/v1/identities/%3Cscript%3E",
        "/v1/identities/'%20OR%201=1--/explanation",
        "/v1/runs/nothing",
        "/v1/nothing",
    ],
)
def test_hostile_and_unknown_ids_are_not_found_and_not_repeated(
    client: TestClient, path: str
) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "script" not in response.text
    assert "OR 1" not in response.text


def test_an_id_that_is_not_utf_8_is_a_bad_request(client: TestClient) -> None:
    assert client.get("/v1/identities/%FF%FE").status_code == 422


def test_two_records_of_one_identity_are_linked_by_their_evidence(client: TestClient) -> None:
    body = client.post(
        "/v1/explain", json={"left_id": "casework:1", "right_id": "casework:2"}
    ).json()

    weights = [one["match_weight"] for one in body["explanation"]["comparisons"]]
    assert body["standing"] == "linked"
    assert sum(weights) + body["explanation"]["prior_weight"] == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("left", "right", "standing"),
    [
        ("casework:1", "passengers:1", "linked_through_others"),
        ("casework:1", "casework:3", "never_compared"),
        ("casework:2", "casework:3", "held_apart"),
        ("casework:1", "watchlist:w1", "watchlist_hit"),
        ("casework:3", "watchlist:w1", "no_watchlist_hit"),
    ],
)
def test_how_two_records_stand_is_told(
    client: TestClient, left: str, right: str, standing: str
) -> None:
    body = client.post("/v1/explain", json={"left_id": left, "right_id": right}).json()

    assert body["standing"] == standing


def test_an_identity_carries_its_warnings_in_words(client: TestClient) -> None:
    warnings = client.get("/v1/identities/id-1").json()["warnings"]

    assert [(one["kind"], one["weight"]) for one in warnings] == [
        ("dates_of_birth", 6.4), ("bridge", 0.2),
    ]  # fmt: skip
    assert warnings[0]["in_words"] == (
        "Dates of birth that are no slips of one another: 1999-09-09 (1 record)"
        " and 1980-02-03 (2 records)."
    )
    assert warnings[1]["in_words"] == (
        "One link alone holds 1 record and the other 2 together: passengers:1 and casework:2,"
        " evidence +8.0."
    )
    assert client.get("/v1/identities/id-3").json()["warnings"] == []
    assert client.get("/v1/identities/id-0").json()["warnings"] == []


def test_reviews_tell_the_parts_of_their_concern(client: TestClient) -> None:
    body = client.get("/v1/review").json()
    of_bridges = client.get("/v1/review", params={"kind": "bridge"}).json()
    unknown = client.get("/v1/review", params={"kind": "nonsense"})

    first = body["identities"][0]
    assert (first["concern"], first["chance"], first["impact"]) == (0.75, 0.5, 1.5)
    assert [one["kind"] for one in first["warnings"]] == ["dates_of_birth", "bridge"]
    assert [one["identity_id"] for one in body["identities"]] == ["id-1", "id-3"]
    assert [one["identity_id"] for one in of_bridges["identities"]] == ["id-1"]
    assert unknown.status_code == 422


def test_an_identity_is_explained_by_the_links_that_joined_it(client: TestClient) -> None:
    body = client.get("/v1/identities/id-1/explanation").json()

    assert [step["link"]["match_weight"] for step in body["steps"]] == [12.0, 8.0]
    assert body["steps"][1]["left_group"] == ["casework:1", "casework:2"]
    assert len(body["groups"]) == 1
    assert [one["link"]["match_weight"] for one in body["doubts"]] == [1.5]
    assert body["quality"]["bridges"] == [
        ["casework:1", "casework:2"],
        ["casework:2", "passengers:1"],
    ]


@pytest.mark.parametrize("kind", list(STATUS_OF), ids=lambda kind: kind.__name__)
def test_every_kind_of_error_is_a_problem(
    kind: type[IdentigraphError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise kind("something")

    resolver = FakeResolver()
    monkeypatch.setattr(resolver, "who_is", refuse)

    response = client_of(resolver=resolver).post("/v1/who-is", json=WHO_IS)

    assert response.status_code == STATUS_OF[kind].status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(response.json())


def _leaves(kind: type[IdentigraphError]) -> list[type[IdentigraphError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in _leaves(child))]


@pytest.mark.parametrize("kind", _leaves(IdentigraphError)[1:], ids=lambda kind: kind.__name__)
def test_every_error_has_a_status(kind: type[IdentigraphError]) -> None:
    assert any(issubclass(kind, mapped) for mapped in STATUS_OF)


def test_an_unexpected_error_is_a_problem_and_its_message_is_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise KeyError(PERSON_NAME)

    resolver = FakeResolver()
    monkeypatch.setattr(resolver, "who_is", fail)

    with caplog.at_level(logging.DEBUG):
        response = client_of(resolver=resolver).post("/v1/who-is", json=WHO_IS)

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert PERSON_NAME not in response.text
    assert PERSON_NAME not in _everything(caplog)
    assert "KeyError" in _everything(caplog)


def _everything(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(str(record.__dict__) for record in caplog.records)


def test_nothing_personal_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/who-is", json=WHO_IS)
        client.post("/v1/who-is", json={"attributes": {"names": [{PERSON_NAME: 1}]}})
        client.get(f"/v1/records/casework/{quote(PERSON_NAME)}")

    ours = [one for one in caplog.records if one.name.startswith("api")]
    assert {one.__dict__["route"] for one in ours} == {
        "/v1/who-is",
        "/v1/records/{source}/{source_record_id}",
    }
    assert PERSON_NAME not in "\n".join(str(record.__dict__) for record in ours)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"attributes": {}},
        {"attributes": {"names": []}},
        {"attributes": {"names": [{"full": ""}]}},
        {"attributes": {"names": [{"full": "x" * 501}]}},
        {"attributes": {"names": [{"full": PERSON_NAME, PERSON_NAME: 1}]}},
        {"attributes": {"names": [{"full": PERSON_NAME}]}, "limit": 0},
        {"attributes": {"names": [{"full": {"a": PERSON_NAME}}]}},
        {"attributes": {"names": [{}] * 21}},
        [PERSON_NAME],
        PERSON_NAME,
    ],
)
def test_a_bad_question_is_refused_and_not_repeated(client: TestClient, body: object) -> None:
    response = client.post("/v1/who-is", json=body)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert PERSON_NAME not in response.text


def test_broken_json_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}

    response = client.post("/v1/who-is", content=b'{"attributes": ', headers=headers)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_a_huge_body_is_refused(client: TestClient) -> None:
    response = client.post("/v1/who-is", content=b"x" * 300_000)

    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_another_host_name_is_refused() -> None:
    app = create_app(make_container(), hosts=("localhost", "[::1]"))

    assert TestClient(app, base_url="http://elsewhere.example").get("/healthz").status_code == 421
    assert TestClient(app, base_url="http://localhost:8000").get("/healthz").status_code == 200
    assert TestClient(app, base_url="http://[::1]:8000").get("/healthz").status_code == 200


def test_no_answer_leaves_when_the_audit_is_down() -> None:
    client = client_of(audit=FakeAudit(full=True))

    response = client.get("/v1/identities/id-1")

    assert response.status_code == 503
    assert PERSON_NAME not in response.text


def test_a_store_that_is_down_tells_nothing_of_itself() -> None:
    response = client_of(graph=FakeGraph(broken=True)).get("/v1/identities/id-1")

    assert response.status_code == 503
    assert "secret" not in response.text
    assert response.headers["retry-after"]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({}, 200),
        ({"graph": FakeGraph(published=None)}, 503),
        ({"graph": FakeGraph(broken=True)}, 503),
        ({"audit": FakeAudit(full=True)}, 503),
    ],
    ids=["ready", "nothing published", "store down", "audit down"],
)
def test_ready_only_with_a_published_run_and_a_writable_audit(
    parts: dict[str, Any], status: int
) -> None:
    assert client_of(**parts).get("/readyz").status_code == status


def test_an_answer_the_caller_has_is_not_sent_again_but_audited(
    client: TestClient, audit: FakeAudit
) -> None:
    tag = client.get("/v1/identities/id-1").headers["etag"]

    again = client.get("/v1/identities/id-1", headers={"If-None-Match": tag})

    assert (again.status_code, again.content, len(audit.events)) == (304, b"", 2)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/v1/runs", "/v1/nothing", "/healthz"])
def test_every_answer_has_safe_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-eval" not in headers["content-security-policy"]


def test_the_interactive_page_fetches_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")

    assert page.url.path == "/docs"
    assert "http" not in page.text
    assert client.get("/swagger/swagger-ui-bundle.js").status_code == 200
    assert client.get("/swagger/swagger-ui.css").status_code == 200
    assert client.get("/docs.js").headers["content-type"].startswith("text/javascript")


def test_the_schema_is_openapi_3_1_and_documents_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()

    assert schema["openapi"].startswith("3.1")
    for path, operations in schema["paths"].items():
        if path.startswith("/v1/"):
            for operation in operations.values():
                assert "application/problem+json" in operation["responses"]["503"]["content"]
                assert "application/json" not in operation["responses"]["422"]["content"]


def test_questions_have_every_part_that_sources_have() -> None:
    for attribute, field in AskedAttributes.model_fields.items():
        (question,) = get_args(field.annotation)
        parts = {part.name for part in SOURCE_ATTRIBUTES[attribute].value_type}
        assert set(question.model_fields) == parts - {"raw_path"}, attribute


def test_a_demo_suggests_questions_on_the_page() -> None:
    suggested = SuggestedRequests(
        "run-1", "id-1", {"names": [{"full": "Ana"}]}, ("casework:a/b", "casework:2")
    )

    schema = create_app(None, suggested=suggested).openapi()

    body = schema["paths"]["/v1/who-is"]["post"]["requestBody"]["content"]["application/json"]
    first = next(iter(body["examples"].values()))
    assert first["value"] == {"attributes": {"names": [{"full": "Ana"}]}}
    record = schema["paths"]["/v1/records/{source}/{source_record_id}"]["get"]
    examples = {one["name"]: one.get("example") for one in record["parameters"]}
    assert (examples["source"], examples["source_record_id"]) == ("casework", "a/b")


def test_every_field_of_an_answer_is_documented() -> None:
    schema = create_app(None).openapi()

    bare = [
        f"{name}.{field}"
        for name, part in schema["components"]["schemas"].items()
        for field, described in part.get("properties", {}).items()
        if not {"description", "$ref", "items"} & set(described) and "date" not in str(described)
    ]
    assert not bare

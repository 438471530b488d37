"""The API and the commands on a real run: files in, identities out, through every real adapter."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth.sign_in import operating_system_user
from api.settings import load_settings
from api.use_cases.evaluate_run import TruthFile, evaluate_run
from api.use_cases.export_identities import export_identities
from api.use_cases.publish_run import RunReport, publish_run
from api.use_cases.suggest_requests import suggest_requests
from api.wiring import Deployment, identity_ids, opened
from graph.quality import measure, usual_sizes_of
from resolution.sources.mapping import load_mappings

HOSTILE = "7/a b?c#d%2F é😀"
# Enough different names that people differ as people do.
GIVEN = ["Amina", "Boris", "Chidi", "Dalia", "Edgar", "Farah", "Goran", "Hanna", "Idris", "Jonas"]
GIVEN += ["Keiko", "Lamar", "Mirela", "Nadia", "Oskar", "Priya", "Qasim", "Rosa", "Sunil", "Tamar"]
FAMILY = ["Okafor", "Petrov", "Quintero", "Rahmani", "Svensson", "Tanaka", "Underhill", "Varga"]
FAMILY += ["Whitlock", "Ximenes", "Yilmaz", "Zhao", "Abebe", "Brandt", "Castillo", "Dimitrov"]
FAMILY += ["Eriksen", "Fofana", "Gupta", "Haddad", "Ivanova", "Jankowski", "Kovacs"]


def _name(person: int) -> tuple[str, str]:
    return GIVEN[person % 20], FAMILY[(person * 5 + person // 20) % 23]


def _born(person: int) -> str:
    return f"{1950 + person * 37 % 50}-{1 + person % 12:02}-{1 + person * 5 % 28:02}"


CASEWORK = """\
source: casework
role: person
format: {type: csv}
files: ["casework.csv"]
key: ID
record:
  names: [{kind: {value: primary}, given: GIVEN, family: FAMILY}]
  dates_of_birth: [{text: BORN, order: {value: ymd}}]
  documents: [{type: {value: passport}, number: PASSPORT}]
"""
WATCHLIST = """\
source: watchlist
role: watchlist
format: {type: csv}
files: ["watchlist.csv"]
key: ID
record:
  names: [{kind: {value: primary}, full: NAME}]
  dates_of_birth: [{text: BORN, order: {value: ymd}}]
"""

ON_FILE = (" ".join(_name(2)), _born(2))
ON_THE_LIST = (" ".join(_name(5)), _born(5))


def _write_sources(root: Path) -> None:
    with (
        (root / "casework.csv").open("w", encoding="utf-8", newline="") as records,
        (root / "truth.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        out, known = csv.writer(records), csv.writer(truth)
        out.writerow(["ID", "GIVEN", "FAMILY", "BORN", "PASSPORT"])
        known.writerow(["record_id", "person_id"])
        for person in range(120):
            given, family = _name(person)
            for copy in range(2 + person % 2):
                own = HOSTILE if (person, copy) == (7, 0) else f"{person}-{copy}"
                spelt = given[:-1] + "e" if copy == 1 and person % 4 == 0 else given
                passport = f"P{(person + 1) * 7919177 % 10_000_000:07}" if copy != 2 else ""
                out.writerow([own, spelt, family, _born(person), passport])
                known.writerow([f"casework:{own}", f"p{person}"])
    listed = f"{' '.join(_name(5))},{_born(5)}"
    (root / "watchlist.csv").write_text(f"ID,NAME,BORN\nW1,{listed}\n", "utf-8")


def _publish(deployment: Deployment) -> RunReport:
    return publish_run(
        load_mappings(deployment.workspace.mappings),
        principal=operating_system_user(None),
        workspace=deployment.workspace,
        store=deployment.store,
        pipeline=deployment.pipeline,
        shelf=deployment.shelf,
        publish=deployment.publish,
        auditor=deployment.auditor,
        databases=deployment.settings.database_addresses,
        new_identity_id=identity_ids(f"7:{deployment.store.change_sequence()}"),
        progress=lambda stage, done, total: None,
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, RunReport]]:
    root = tmp_path_factory.mktemp("work")
    (root / "mappings").mkdir()
    (root / "mappings" / "casework.yaml").write_text(CASEWORK, "utf-8")
    (root / "mappings" / "watchlist.yaml").write_text(WATCHLIST, "utf-8")
    _write_sources(root)
    with opened(load_settings(root)) as deployment:
        yield deployment, _publish(deployment)


@pytest.fixture
def deployment(published: tuple[Deployment, RunReport]) -> Deployment:
    return published[0]


@pytest.fixture
def client(deployment: Deployment) -> TestClient:
    return TestClient(create_app(deployment.container()), raise_server_exceptions=False)


def _ask(client: TestClient, name: str, born: str) -> dict[str, Any]:
    attributes = {"names": [{"full": name}], "dates_of_birth": [{"text": born}]}
    response = client.post("/v1/who-is", json={"attributes": attributes})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_the_first_run_says_that_it_trained(published: tuple[Deployment, RunReport]) -> None:
    _, report = published

    assert report.trained_now
    assert {one.source: one.records for one in report.ingest.sources} == {
        "casework": 300,
        "watchlist": 1,
    }
    assert "publish" in report.seconds
    assert report.peak_memory_mb.keys() == report.seconds.keys()


def test_somebody_on_file_is_found_by_name_and_date_of_birth(client: TestClient) -> None:
    answer = _ask(client, *ON_FILE)

    best = answer["candidates"][0]
    assert best["best_record_id"].startswith("casework:")
    assert best["explanation"]["left_id"] == "!query"
    assert {value["field"] for value in best["golden"]} >= {"name", "date_of_birth"}


def test_a_weight_is_the_sum_of_its_parts(client: TestClient) -> None:
    for candidate in _ask(client, *ON_FILE)["candidates"]:
        explanation = candidate["explanation"]
        parts = sum(one["match_weight"] for one in explanation["comparisons"])
        total = explanation["prior_weight"] + parts
        assert total == pytest.approx(explanation["match_weight"], abs=1e-9)


def test_a_watchlist_entry_comes_apart(client: TestClient) -> None:
    answer = _ask(client, *ON_THE_LIST)

    assert [hit["entry"]["record_id"] for hit in answer["watchlist_hits"]] == ["watchlist:W1"]
    assert all(":" not in one["identity_id"] for one in answer["candidates"])


def test_nobody_is_found_for_a_name_nobody_has(client: TestClient) -> None:
    answer = _ask(client, "Zyx Wvutsrq", "1901-01-09")

    assert (answer["verdict"], answer["candidates"]) == ("none", [])


def test_a_question_with_nothing_to_look_up_by_is_refused_without_repeating_it(
    client: TestClient,
) -> None:
    response = client.post("/v1/who-is", json={"attributes": {"sexes": [{"text": "ZEBEDEE"}]}})

    assert response.status_code == 422
    assert "ZEBEDEE" not in response.text


def test_a_record_with_a_hostile_id_leads_to_its_identity(client: TestClient) -> None:
    path = f"/v1/records/casework/{quote(HOSTILE, safe='')}"

    record = client.get(path)
    identity = client.get(f"{path}/identity")

    assert record.json()["record"]["record_id"] == f"casework:{HOSTILE}"
    assert identity.json()["state"]["identity_id"] == record.json()["identity_id"]
    assert f"casework:{HOSTILE}" in [one["record_id"] for one in identity.json()["records"]]


def test_an_identity_is_explained_link_by_link(client: TestClient) -> None:
    identity_id = client.get("/v1/records/casework/1-0").json()["identity_id"]

    formation = client.get(f"/v1/identities/{identity_id}/explanation").json()
    whole = client.get(f"/v1/identities/{identity_id}").json()

    assert len(formation["steps"]) == whole["n_records"] - len(formation["groups"])
    for step in formation["steps"]:
        assert step["explanation"]["match_weight"] == pytest.approx(
            step["link"]["match_weight"], abs=1e-9
        )
    assert whole["events"][0]["kind"] == "created"


def test_two_strangers_were_never_compared_or_are_too_weak(client: TestClient) -> None:
    body = {"left_id": "casework:1-0", "right_id": "casework:2-0"}

    answer = client.post("/v1/explain", json=body).json()

    assert answer["standing"] in ("never_compared", "too_weak")
    assert bool(answer["explanation"]["blocking_rules"]) == (answer["standing"] == "too_weak")


def test_ready_once_a_run_is_published(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200
    assert client.get("/v1/runs").json()["runs"][0]["status"] == "published"


def test_every_question_is_in_the_audit_and_no_name(
    client: TestClient, deployment: Deployment
) -> None:
    before = deployment.audit.verify().n_events
    _ask(client, *ON_FILE)
    client.get("/v1/records/casework/1-0", headers={"X-Purpose": "case 9"})

    entries = deployment.audit.events(after=before, limit=10)

    assert [one.event.action for one in entries] == ["who_is", "get_record"]
    assert entries[1].event.purpose == "case 9"
    assert ON_FILE[0].split()[1].lower() not in str(entries).lower()
    assert deployment.audit.verify().broken_at is None


def test_an_export_and_an_evaluation_agree_with_what_is_served(
    client: TestClient, deployment: Deployment, tmp_path: Path
) -> None:
    asking = {
        "principal": operating_system_user(None),
        "graph": deployment.store,
        "workspace": deployment.workspace,
        "auditor": deployment.auditor,
    }
    output = tmp_path / "identities.parquet"

    export_identities(output, **asking)
    truth = TruthFile(deployment.workspace.root / "truth.csv")
    found = evaluate_run(truth, thresholds=[3.0], **asking)

    rows = {row["record_id"]: row for row in pq.read_table(output).to_pylist()}
    served = client.get("/v1/records/casework/1-0").json()["identity_id"]
    assert rows["casework:1-0"]["identity_id"] == served
    assert rows[f"casework:{HOSTILE}"]["source_record_id"] == HOSTILE
    assert rows["watchlist:W1"]["cluster_id"] == "watchlist:W1"
    assert found.accuracy.n_records == 300
    assert found.accuracy.pairs.f1 > 0.9


def test_a_question_is_suggested_that_finds_its_own_answer(
    client: TestClient, deployment: Deployment
) -> None:
    suggested = suggest_requests(
        principal=operating_system_user(None),
        graph=deployment.store,
        workspace=deployment.workspace,
        auditor=deployment.auditor,
    )

    assert suggested is not None
    answer = client.post("/v1/who-is", json={"attributes": suggested.attributes}).json()
    assert answer["candidates"][0]["identity_id"] == suggested.identity_id
    schema = create_app(deployment.container(), suggested=suggested).openapi()
    assert suggested.identity_id in json.dumps(schema)


def test_measuring_identities_by_what_is_served_gives_what_the_run_stored(
    deployment: Deployment,
) -> None:
    with deployment.store.view() as view:
        run = view.run()
        assert run is not None
        stored = view.least_sound(limit=1_000)
        members = view.members_of([one.identity_id for one in stored])
        link_weight = deployment.resolvers(run.model_version).thresholds.link_weight
        measured = [
            measure(
                one.identity_id,
                [record.standardised for record in view.records(members[one.identity_id])],
                [(link.left_id, link.right_id, link.evidence)
                 for link in view.links_among(members[one.identity_id])],
                link_weight=link_weight,
                usual=usual_sizes_of(run),
                is_on_watchlist=bool(view.hits_of(members[one.identity_id])),
            )
            for one in stored
        ]  # fmt: skip

    assert measured == stored
    assert len(stored) > 50
    assert any(one.warnings for one in stored)


def test_a_second_run_on_the_same_input_changes_nothing(deployment: Deployment) -> None:
    with deployment.store.view() as view:
        before = view.run()

    report = _publish(deployment)

    assert before is not None
    assert (report.unchanged, report.run.run_id) == (True, before.run_id)

"""Every use case audits before it answers; where the audit cannot be written, nothing leaves."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.use_cases.activate_model import activate_model, adopt_model
from api.use_cases.auditing import query_hash
from api.use_cases.check_mappings import check_mappings
from api.use_cases.evaluate_run import TruthFile, evaluate_run
from api.use_cases.explain_identity import explain_identity
from api.use_cases.explain_pair import explain_pair
from api.use_cases.explore_network import explore_network
from api.use_cases.export_identities import export_identities
from api.use_cases.find_common_neighbours import find_common_neighbours
from api.use_cases.find_path import find_path
from api.use_cases.get_identity import get_identity, get_identity_of_record
from api.use_cases.get_record import get_record
from api.use_cases.list_runs import get_run, list_runs
from api.use_cases.preview_decision import preview_decision, propose_split
from api.use_cases.publish_run import publish_run
from api.use_cases.rank_reviews import rank_reviews
from api.use_cases.read_audit import list_audit, verify_audit
from api.use_cases.suggest_requests import suggest_requests
from api.use_cases.switch_back import switch_back
from api.use_cases.train_model import train_model
from api.use_cases.who_else_used import who_else_used
from api.use_cases.who_is import WhoIsQuery, who_is
from models.decision import Verdict
from models.errors import BackendUnavailableError, IdentityNotFoundError, InvalidInputError
from tests.unit.api.fakes import (
    FORMER_RUN,
    PERSON_NAME,
    PHONE,
    FakeAudit,
    FakeDecisions,
    FakeGraph,
    FakeKeptAudit,
    FakePlanner,
    no_progress,
)
from tests.unit.api.world import World

QUERY = {"names": [{"full": PERSON_NAME}]}


READS: dict[str, Callable[[World], Any]] = {
    "who_is": lambda world: who_is(WhoIsQuery(QUERY), **world.scoring),
    "get_identity": lambda world: get_identity("id-1", **world.reading),
    "get_identity_of_record": lambda world: get_identity_of_record("casework:1", **world.reading),
    "get_record": lambda world: get_record("casework:1", **world.reading),
    "explain_pair": lambda world: explain_pair("casework:1", "casework:2", **world.scoring),
    "explain_identity": lambda world: explain_identity("id-1", **world.scoring),
    "explore_network": lambda world: explore_network("id-1", **world.scoring),
    "find_path": lambda world: find_path("id-1", "casework:3", **world.scoring),
    "find_common_neighbours": lambda world: find_common_neighbours("id-1", "id-3", **world.scoring),
    "who_else_used": lambda world: who_else_used(PHONE.kind, PHONE.value, **world.reading),
    "preview_decision": lambda world: preview_decision(
        Verdict.SAME,
        [["casework:1", "casework:3"]],
        log=FakeDecisions(),
        planners=lambda version: FakePlanner(),
        **world.reading,
    ),
    "propose_split": lambda world: propose_split("id-1", **world.scoring),
    "rank_reviews": lambda world: rank_reviews(**world.reading),
    "list_runs": lambda world: list_runs(**world.reading),
    "get_run": lambda world: get_run("run-1", **world.reading),
    "check_mappings": lambda world: check_mappings(workspace=world.workspace, **world.asking),
    "evaluate_run": lambda world: evaluate_run(
        TruthFile(world.truth), thresholds=[3.0], workspace=world.workspace, **world.reading
    ),
    "suggest_requests": lambda world: suggest_requests(workspace=world.workspace, **world.reading),
    "list_audit": lambda world: list_audit(kept=FakeKeptAudit(), **world.asking),
    "verify_audit": lambda world: verify_audit(kept=FakeKeptAudit(), **world.asking),
}
CHANGES: dict[str, Callable[[World], Any]] = {
    "publish_run": lambda world: publish_run(
        [], publish=world.publisher, new_identity_id=lambda: "id-9", **world.batch
    ),
    "train_model": lambda world: train_model([], **world.batch),
    "switch_back": lambda world: switch_back(
        None,
        workspace=world.workspace,
        graph=FakeGraph(former=FORMER_RUN),
        store=object(),
        shelf=world.shelf,
        make_run=world.pipeline.switch_back,
        publish=world.publisher,
        progress=no_progress,
        **world.asking,
    ),
    "activate_model": lambda world: activate_model("mm-1", shelf=world.shelf, **world.asking),
    "adopt_model": lambda world: adopt_model(Path("other/mm-7"), shelf=world.shelf, **world.asking),
    "export_identities": lambda world: export_identities(
        world.folder / "out.csv", workspace=world.workspace, **world.reading
    ),
    "init_workspace": World.init_another,
}


@pytest.mark.parametrize("action", [*READS, *CHANGES])
def test_every_use_case_audits_before_it_answers(
    action: str, world: World, audit: FakeAudit
) -> None:
    answer = (READS | CHANGES)[action](world)

    event = audit.events[-1]
    assert answer is not None or action == "suggest_requests"
    assert (event.action, event.outcome) == (action, "answered")
    assert (event.subject, event.purpose) == ("investigator-1", "case 7")


@pytest.mark.parametrize("action", [*READS, *CHANGES])
def test_no_answer_leaves_when_the_audit_cannot_be_written(
    action: str, world: World, audit: FakeAudit
) -> None:
    audit.full = True

    with pytest.raises(BackendUnavailableError):
        (READS | CHANGES)[action](world)


@pytest.mark.parametrize("action", list(CHANGES))
def test_nothing_is_changed_when_the_audit_cannot_be_written(
    action: str, world: World, audit: FakeAudit
) -> None:
    audit.full = True

    with pytest.raises(BackendUnavailableError):
        CHANGES[action](world)

    assert not world.publisher.published
    assert not world.pipeline.calls
    assert world.shelf.active == "mm-0"
    assert not (world.folder / "out.csv").exists()
    assert not (world.folder / "new" / "identigraph.yaml").exists()


@pytest.mark.parametrize("action", list(CHANGES))
def test_a_change_is_audited_as_begun_before_it_is_made(
    action: str, world: World, audit: FakeAudit
) -> None:
    CHANGES[action](world)

    assert [event.outcome for event in audit.events] == ["begun", "answered"]


@pytest.mark.parametrize("action", [*READS, *CHANGES])
def test_the_audit_names_ids_only(action: str, world: World, audit: FakeAudit) -> None:
    (READS | CHANGES)[action](world)

    kept = str([dataclasses.asdict(event) for event in audit.events])
    assert PERSON_NAME.lower() not in kept.lower()


def test_a_demo_is_audited_when_its_workspace_is_made(world: World, audit: FakeAudit) -> None:
    world.make_demo()
    world.make_demo()

    assert [event.action for event in audit.events] == ["init_workspace", "init_workspace"]
    assert world.generated == [10]


def test_who_is_names_everybody_it_told_about(world: World, audit: FakeAudit) -> None:
    who_is(WhoIsQuery(QUERY), **world.scoring)

    told = {"run-1", "id-1", "id-3", "casework:2", "casework:3", "watchlist:w1"}
    assert set(audit.events[-1].targets) == told
    assert audit.events[-1].query_hash == query_hash(QUERY)


def test_the_same_question_has_the_same_hash_whatever_the_order_of_its_parts() -> None:
    one = {"names": [{"given": "A", "family": "B"}], "emails": []}
    other = {"emails": [], "names": [{"family": "B", "given": "A"}]}

    assert query_hash(one) == query_hash(other) != query_hash({"names": []})


def test_what_is_not_found_is_audited_too(world: World, audit: FakeAudit) -> None:
    with pytest.raises(IdentityNotFoundError):
        get_identity("id-77", **world.reading)

    assert (audit.events[-1].outcome, audit.events[-1].targets) == ("not_found", ("id-77",))


def test_what_fails_is_audited_too(world: World, audit: FakeAudit) -> None:
    with pytest.raises(InvalidInputError):
        who_is(WhoIsQuery({"shoe_sizes": [{"text": "44"}]}), **world.scoring)

    assert audit.events[-1].outcome == "failed"


def test_a_watchlist_entry_belongs_to_no_identity(world: World, audit: FakeAudit) -> None:
    with pytest.raises(IdentityNotFoundError):
        get_identity_of_record("watchlist:w1", **world.reading)

    assert audit.events[-1].outcome == "not_found"

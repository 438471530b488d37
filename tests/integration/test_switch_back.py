"""Switching back on real adapters: what was served then is served again, and nothing is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from api.auth.sign_in import operating_system_user
from api.settings import load_settings
from api.use_cases.export_identities import export_identities
from api.use_cases.publish_run import RunReport, publish_run
from api.use_cases.switch_back import SwitchedBack, switch_back
from api.wiring import Deployment, identity_ids, opened
from models.decision import Decision, Verdict
from models.errors import DecisionConflictError, InvalidInputError, RunNotFoundError
from models.match_model.package import MatchModelPackage
from resolution.sources.mapping import load_mappings
from resolution.switch_back import switch_back as make_switch_back
from tests.small_world import LIMITS, NOON, Ledger, quietly
from tests.stores import KINDS, empty

MAPPING = """\
source: casework
format: {type: csv}
files: ["casework*.csv"]
key: ID
record:
  names: [{kind: {value: primary}, given: GIVEN, family: FAMILY}]
  dates_of_birth: [{text: BORN, order: {value: ymd}}]
  documents: [{type: {value: passport}, number: PASSPORT, country: {value: ESP}}]
"""
FIRST = (
    "1,Ines,Quintanilla,1984-06-17,XJ482915",
    "2,Tomasz,Wieczorek,1971-11-23,PK770134",
    "3,Adaeze,Nwachukwu,1993-02-08,QD316482",
)
# Another record of 1; 2 under another name; and somebody new.
SECOND = (
    "4,Inés,Quintanilla,1984-06-17,XJ482915",
    "2,Tomas,Wieczorkowski,1971-11-23,PK770134",
    "5,Yusra,Benkirane,1988-09-30,ZM650297",
)


@dataclass
class Workplace:
    deployment: Deployment

    def deliver(self, name: str, *rows: str) -> RunReport:
        file = self.deployment.workspace.root / name
        file.write_text("\n".join(["ID,GIVEN,FAMILY,BORN,PASSPORT", *rows, ""]), "utf-8")
        return self.run()

    def run(self) -> RunReport:
        there = self.deployment
        return publish_run(
            load_mappings(there.workspace.mappings),
            principal=operating_system_user(None), workspace=there.workspace, store=there.store,
            pipeline=there.pipeline, shelf=there.shelf, publish=there.publish,
            auditor=there.auditor, databases={}, progress=quietly,
            new_identity_id=identity_ids(f"7:{there.store.change_sequence()}"),
        )  # fmt: skip

    def switch_back(self, run_id: str | None = None) -> SwitchedBack:
        there = self.deployment
        return switch_back(
            run_id,
            principal=operating_system_user("a test"), workspace=there.workspace,
            graph=there.store, store=there.store, shelf=there.shelf,
            make_run=there.make_switch_back, publish=there.publish, auditor=there.auditor,
            progress=quietly,
        )  # fmt: skip

    def keys(self, run_id: str) -> list[int]:
        """Return the blocking keys of a run."""
        file = self.deployment.workspace.run_folder(run_id) / "blocking_keys.parquet"
        return sorted(set(pq.read_table(file)["key"].to_pylist()))

    def served(self, keys: list[int]) -> dict[str, Any]:
        """Return all that is told of people: records, identities, links, and look-up by key."""
        ids = [f"casework:{number}" for number in range(1, 6)]
        with self.deployment.store.view() as view:
            identities = view.identities_of(ids)
            return {
                "records": view.records(ids),
                "identities": identities,
                "states": [view.identity(one) for one in sorted(set(identities.values()))],
                "links": view.links_among(ids),
                "found": [view.candidates([key], limit=50).record_ids for key in keys],
            }

    def status(self, identity_id: str) -> tuple[str, tuple[str, ...]]:
        with self.deployment.store.view() as view:
            state = view.identity(identity_id)
        return state.status.value, state.superseded_by

    def kinds(self) -> dict[str, str]:
        """Return the kind of the newest event of each identity."""
        events = self.deployment.store.events_after(0, limit=1_000)
        return {event.identity_id: event.kind.value for event in events}


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, package: MatchModelPackage
) -> Iterator[Workplace]:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "casework.yaml").write_text(MAPPING, "utf-8")
    chosen: dict[str, str] = {}
    if request.param == "neo4j":
        server = request.getfixturevalue("neo4j_server")
        empty(server)
        chosen = {"neo4j_address": server.address, "neo4j_password": server.password}
    with opened(load_settings(tmp_path, **chosen)) as deployment:
        deployment.shelf.add(package)
        deployment.shelf.activate(package.version)
        yield Workplace(deployment)


def test_what_an_earlier_run_found_is_served_again(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    keys = place.keys("run-000001")
    first = place.served(keys)
    place.deliver("casework2.csv", *SECOND)
    assert place.served(keys) != first

    done = place.switch_back()

    assert place.served(keys) == first
    assert (done.run.run_id, done.earlier_run_id, done.former_run_id) == (
        "run-000003", "run-000001", "run-000002",
    )  # fmt: skip
    later = sorted(set(place.keys("run-000002")) - set(keys))
    assert later
    assert set(place.served(later)["found"]) == {()}


def test_switching_back_twice_is_back_where_one_was(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    place.deliver("casework2.csv", *SECOND)
    keys = place.keys("run-000002")
    second = place.served(keys)

    place.switch_back()
    place.switch_back()

    assert place.served(keys) == second
    person = second["identities"]["casework:5"]
    assert place.kinds()[person] == "restored"
    assert place.status(person)[0] == "current"


def test_ids_of_the_run_that_was_left_go_on_answering(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    place.deliver("casework2.csv", *SECOND)
    second = place.served([])["identities"]

    place.switch_back()

    assert place.status(second["casework:5"]) == ("retired", ())
    assert place.status(second["casework:4"])[0] == "current"
    assert place.kinds()[second["casework:4"]] == "changed"
    causes = {one.cause for one in place.deployment.store.events_after(0, limit=1_000)}
    assert any(cause.endswith("run-000003, which switches back to run-000001") for cause in causes)


def test_nothing_delivered_is_lost_by_switching_back(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    place.deliver("casework2.csv", *SECOND)
    second = place.served([])
    place.switch_back()

    report = place.run()

    assert not report.unchanged
    assert sum(one.files_new for one in report.ingest.sources) == 0
    assert place.served([])["records"] == second["records"]
    assert place.served([])["links"] == second["links"]


def test_the_run_that_is_served_after_a_switch_has_tables_of_its_own(
    place: Workplace, tmp_path: Path
) -> None:
    place.deliver("casework1.csv", *FIRST)
    place.deliver("casework2.csv", *SECOND)
    place.switch_back()
    there = place.deployment

    written = export_identities(
        tmp_path / "out.parquet", principal=operating_system_user(None), graph=there.store,
        workspace=there.workspace, auditor=there.auditor,
    )  # fmt: skip

    assert (written.n_records, written.basis.run_id) == (3, "run-000003")


def test_what_cannot_be_switched_back_to_is_refused(place: Workplace) -> None:
    with pytest.raises(RunNotFoundError, match="nothing has been published"):
        place.switch_back()
    place.deliver("casework1.csv", *FIRST)
    with pytest.raises(InvalidInputError, match="no run before it"):
        place.switch_back()
    place.deliver("casework2.csv", *SECOND)
    with pytest.raises(RunNotFoundError, match="no run 'run-000009' was served before"):
        place.switch_back("run-000009")
    (place.deployment.workspace.run_folder("run-000001") / "golden.parquet").unlink()
    with pytest.raises(InvalidInputError, match=r"tables of run-000001 are gone .*golden"):
        place.switch_back()

    assert place.served([])["identities"]["casework:5"]


def test_what_is_served_already_is_not_switched_back_to(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    place.deliver("casework2.csv", *SECOND)
    place.switch_back()

    with pytest.raises(InvalidInputError, match="what run-000001 found is what is served"):
        place.switch_back("run-000001")


def test_a_run_that_knows_nothing_of_a_later_decision_is_not_served_again(
    place: Workplace,
) -> None:
    place.deliver("casework1.csv", *FIRST)
    there = place.deployment
    earlier = there.store.published_run()
    assert earlier is not None
    at = earlier.started_at + timedelta(seconds=1)
    groups = (("casework:1",), ("casework:2",))
    decided = Ledger(in_force=[Decision("d1", Verdict.DIFFERENT, groups, "a", at, "seen")])

    with pytest.raises(DecisionConflictError, match="decided something since"):
        make_switch_back(
            earlier, workspace=there.workspace, history=there.store, decisions=decided,
            clock=lambda: NOON, progress=quietly, limits=LIMITS,
        )  # fmt: skip

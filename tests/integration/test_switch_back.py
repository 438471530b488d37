"""Switching back on real adapters: what was served then is served again, and nothing is lost."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth.sign_in import operating_system_user
from api.use_cases.export_identities import export_identities
from models.errors import InvalidInputError, RunNotFoundError
from tests.workplace import FIRST, Workplace

# Another record of 1; 2 under another name; and somebody new.
SECOND = (
    "4,Inés,Quintanilla,1984-06-17,XJ482915",
    "2,Tomas,Wieczorkowski,1971-11-23,PK770134",
    "5,Yusra,Benkirane,1988-09-30,ZM650297",
)


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


def test_what_was_decided_and_written_since_holds_after_switching_back(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST, "6,Inés,Quintanilla,1984-06-17,XJ482915")
    [former] = {*identities(place, 1, 6)}
    place.deliver("casework2.csv", *SECOND)
    client = TestClient(create_app(place.deployment.container()))
    asked = {"verdict": "different", "groups": [["casework:1"], ["casework:6"]], "reason": "seen"}
    assert client.post("/v1/decisions", json=asked).status_code == 200
    written = {"attributes": {"names": [{"given": "Wilhelmina", "family": "Oosterhuis"}]}}
    assert client.put("/v1/records/casework/7", json=written).status_code == 200
    parted = identities(place, 1, 6, 7)

    place.switch_back("run-000001")

    assert identities(place, 1, 6, 7) == parted
    assert former in parted
    assert len(set(parted)) == 3
    with place.deployment.store.view() as view:
        assert view.identities_of(["casework:4", "casework:5"]) == {}


def identities(place: Workplace, *numbers: int) -> list[str]:
    ids = [f"casework:{number}" for number in numbers]
    with place.deployment.store.view() as view:
        found = view.identities_of(ids)
    return [found[one] for one in ids]

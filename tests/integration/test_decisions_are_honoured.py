"""Decisions on real adapters: the next run honours them, and every run after that."""

from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from tests.workplace import FIRST, Workplace


def identities_of(place: Workplace, *numbers: int) -> list[str]:
    ids = [f"casework:{number}" for number in numbers]
    with place.deployment.store.view() as view:
        found = view.identities_of(ids)
    return [found[one] for one in ids]


def post(client: TestClient, path: str, **asked: Any) -> Any:
    answer = client.post(path, json=asked | {"reason": "seen at the counter"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_two_people_held_as_one_are_parted_for_every_run_to_come(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST, "4,Inés,Quintanilla,1984-06-17,XJ482915")
    [one, other] = identities_of(place, 1, 4)
    assert one == other
    client = TestClient(create_app(place.deployment.container()))

    asked = {"verdict": "different", "groups": [["casework:1"], ["casework:4"]]}
    decision_id = post(client, "/v1/decisions", **asked)["decision"]["decision_id"]
    place.run()

    parted = identities_of(place, 1, 4)
    assert one in parted
    assert len(set(parted)) == 2
    place.deliver("casework2.csv", "5,Yusra,Benkirane,1988-09-30,ZM650297")
    assert identities_of(place, 1, 4) == parted

    post(client, f"/v1/decisions/{decision_id}/withdrawal")
    place.run()

    assert identities_of(place, 1, 4) == [one, one]


def test_records_that_share_nothing_are_joined_because_somebody_knows(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    client = TestClient(create_app(place.deployment.container()))
    former = identities_of(place, 1, 2)

    post(client, "/v1/decisions", verdict="same", groups=[["casework:1", "casework:2"]])
    place.run()

    one, other = identities_of(place, 1, 2)
    assert one == other
    assert one in former

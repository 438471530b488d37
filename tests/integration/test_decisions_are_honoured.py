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


def test_a_split_is_proposed_tried_made_and_undone(place: Workplace) -> None:
    place.deliver(
        "casework1.csv", *FIRST,
        "4,Inés,Quintanilla,1984-06-17,XJ482915", "5,Ines,Quintanila,1984-06-17,XJ482915",
    )  # fmt: skip
    client = TestClient(create_app(place.deployment.container()))
    [one] = {*identities_of(place, 1, 4, 5)}
    golden = client.get(f"/v1/identities/{one}").json()["state"]["golden"]

    proposed = client.get(f"/v1/identities/{one}/proposed-split").json()
    lesser, greater = proposed["groups"]
    assert sorted(lesser + greater) == ["casework:1", "casework:4", "casework:5"]
    assert len(lesser) == 1
    asked = {"verdict": "different", "groups": proposed["groups"]}
    preview = client.post("/v1/decisions:preview", json=asked).json()

    assert identities_of(place, 1, 4, 5) == [one] * 3
    after = {tuple(person["record_ids"]): person["identity_id"] for person in preview["people"]}
    assert after == {tuple(sorted(greater)): one, tuple(lesser): "new-1"}
    assert {event["kind"] for event in preview["events"]} == {"split", "created"}

    decided = post(client, "/v1/decisions", **asked)
    if decided["is_in_effect"]:
        assert {event["kind"] for event in decided["events"]} == {"split", "created"}
    place.run()
    [parted] = {*identities_of(place, 1, 4, 5)} - {one}
    held = client.get(f"/v1/identities/{parted}").json()["records"]
    assert [record["record_id"] for record in held] == lesser

    post(client, f"/v1/decisions/{decided['decision']['decision_id']}/withdrawal")
    place.run()

    assert identities_of(place, 1, 4, 5) == [one] * 3
    assert client.get(f"/v1/identities/{one}").json()["state"]["golden"] == golden
    assert place.status(parted) == ("superseded", (one,))


def test_what_contradicts_is_refused_before_it_is_tried(place: Workplace) -> None:
    place.deliver("casework1.csv", *FIRST)
    client = TestClient(create_app(place.deployment.container()))
    post(client, "/v1/decisions", verdict="different", groups=[["casework:1"], ["casework:2"]])

    asked = {"verdict": "same", "groups": [["casework:1", "casework:2"]]}

    assert client.post("/v1/decisions:preview", json=asked).status_code == 409
    alone = identities_of(place, 3)[0]
    assert client.get(f"/v1/identities/{alone}/proposed-split").status_code == 422

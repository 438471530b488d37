"""Hits of watchlist entries after a write: none is lost that a run found by a key of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.identity import WatchlistHit
from models.watchlist import ScreeningPolicy
from resolution.live_writing.screening import find_hits

POLICY = ScreeningPolicy(hit_weight=0.0, max_hits_per_entry=3)
PERSON: Mapping[str, Any] = {"role": "person"}
ENTRY: Mapping[str, Any] = {"role": "watchlist"}


class KnownState:
    """What resembles what by the keys that people are looked up by, and the hits there are."""

    def __init__(
        self, resembling: Mapping[str, Mapping[str, float]], served: Mapping[str, float]
    ) -> None:
        self._resembling = resembling
        self._served = served
        self.view = self

    def hits_of(self, record_ids: Sequence[str]) -> list[WatchlistHit]:
        return [
            WatchlistHit("list:w", record_id, weight)
            for record_id, weight in self._served.items()
            if not {"list:w", record_id}.isdisjoint(record_ids)
        ]

    def resembling(self, record_id: str) -> dict[str, float]:
        return dict(self._resembling.get(record_id, {}))

    def weight_of(self, left: str, right: str) -> float:
        del left
        return self._served[right] + 1.0

    def rule(self, left: str, right: str) -> int:
        del left, right
        return 4


def hits(
    arriving: Mapping[str, Mapping[str, Any] | None], **known: Mapping[str, Any]
) -> dict[str, dict[str, float]]:
    state: Any = KnownState(known.get("resembling", {}), known.get("served", {}))
    found = find_hits(state, arriving, POLICY)
    assert all(rule == 4 for kept in found.values() for _, rule in kept)
    return {
        entry: {hit.record_id: hit.match_weight for hit, _ in kept} for entry, kept in found.items()
    }


def test_a_person_who_arrives_is_added_to_those_that_a_run_found() -> None:
    # a:1 came by a key too common for people: it is not found from the entry
    found = hits({"a:2": PERSON}, resembling={"a:2": {"list:w": 5.0}}, served={"a:1": 3.0})

    assert found == {"list:w": {"a:2": 5.0, "a:1": 3.0}}


def test_only_the_strongest_are_kept_and_the_next_moves_up_when_one_goes() -> None:
    served = {"a:1": 9.0, "a:2": 8.0, "a:3": 7.0}

    arrived = hits({"a:4": PERSON}, resembling={"a:4": {"list:w": 8.5}}, served=served)
    went = hits(
        {"a:1": None}, resembling={"list:w": {"a:2": 8.0, "a:3": 7.0, "a:5": 6.0}}, served=served
    )

    assert list(arrived["list:w"]) == ["a:1", "a:4", "a:2"]
    assert list(went["list:w"]) == ["a:2", "a:3", "a:5"]


def test_a_person_who_resembles_no_entry_any_more_is_no_hit() -> None:
    assert hits({"a:1": PERSON}, served={"a:1": 9.0, "a:2": 2.0}) == {"list:w": {"a:2": 2.0}}


def test_an_entry_that_changes_is_weighed_anew_and_one_that_goes_has_no_hits() -> None:
    served = {"a:1": 3.0}

    assert hits({"list:w": ENTRY}, resembling={"list:w": {"a:2": 1.0}}, served=served) == {
        "list:w": {"a:1": 4.0, "a:2": 1.0}
    }
    assert hits({"list:w": None}, served=served) == {"list:w": {}}


def test_too_weak_a_resemblance_is_no_hit() -> None:
    assert hits({"a:1": PERSON}, resembling={"a:1": {"list:w": -0.1}}) == {}

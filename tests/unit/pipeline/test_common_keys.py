"""A key too common to bring people together still brings a watchlist entry to a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pytest

from models.match_model.blocking import BLOCKING_RULES
from models.match_model.package import MatchModelPackage
from models.record import StoredRecord
from resolution.link.blocking import blocking_key
from resolution.live import LiveResolver
from resolution.pipeline import Resolution
from tests.small_world import World, a_record, read, stored

ENTRY, ONE, OTHER = "watchlist:1", "casework:1", "casework:2"
NAME = {"given": "Ines", "family": "Quintanilla"}


@dataclass
class StoredKeys:
    """Records and keys of a run; remembers whom it was asked to find."""

    by_id: dict[str, StoredRecord]
    by_key: dict[int, set[str]]
    record_ids: Sequence[str] = field(default_factory=list)
    n_keys_too_common: int = 0
    is_truncated: bool = False

    def run(self) -> None:
        """Tell of no run: nothing is kept from one question to the next."""

    def candidates(self, keys: Sequence[int], *, limit: int) -> "StoredKeys":
        found = sorted(set().union(*(self.by_key.get(key, set()) for key in keys)))
        return StoredKeys(self.by_id, self.by_key, found[:limit])

    def standardised(self, record_ids: Sequence[str]) -> list[dict[str, Any]]:
        return [dict(self.by_id[one].standardised) for one in record_ids]


@pytest.fixture
def common(package: MatchModelPackage) -> MatchModelPackage:
    """The match model, every key of the name and the document held to be too common."""
    texts = ["QUINTANILLA INES", "INES QUINTANILLA", "INES", "QUINTANILLA", "XJ482915", "<XJ48"]
    texts += [">2915", "KNTNL", "ANS", "ANS KNTNL", "I", "Q"]
    pairs = [(text,) for text in texts] + [(a, b) for a in texts for b in texts]
    keys = sorted({(rule, blocking_key(rule, values))
                   for rule in range(len(BLOCKING_RULES)) for values in pairs})  # fmt: skip
    capped = pa.table({
        "rule": pa.array([rule for rule, _ in keys], pa.int16()),
        "key": pa.array([key for _, key in keys], pa.int64()),
        "records": pa.array([99] * len(keys), pa.int64()),
    })  # fmt: skip
    return replace(package, capped_keys=capped)


@pytest.fixture
def resolution(new_world: Callable[[], World], common: MatchModelPackage) -> Resolution:
    world = new_world()
    passport = [{"type": "passport", "number": "XJ482915", "country": "Spain"}]
    names = [{"kind": "primary", **NAME}]
    world.deliver([a_record(one, names=names, documents=passport) for one in (ONE, OTHER)])
    world.deliver([a_record(ENTRY, role="watchlist", names=names, documents=passport)])
    return world.resolve(common)


def test_people_do_not_meet_by_it_and_the_entry_meets_both(resolution: Resolution) -> None:
    assert read(resolution, "predictions") == []
    hits = [(row["entry_id"], row["record_id"]) for row in read(resolution, "watchlist_hits")]
    assert sorted(hits) == [(ENTRY, ONE), (ENTRY, OTHER)]


def test_a_look_up_meets_whom_the_batch_meets_with_the_same_weight(
    resolution: Resolution, common: MatchModelPackage
) -> None:
    by_key: dict[int, set[str]] = {}
    for row in read(resolution, "blocking_keys"):
        by_key.setdefault(row["key"], set()).add(row["record_id"])
    view = StoredKeys(stored(read(resolution, "standardised_records")), by_key)
    live = LiveResolver(common)
    query = {"names": [NAME], "documents": [{"type": "passport", "number": "XJ482915"}]}

    found = live.who_is(query, view)

    weights = {row["record_id"]: row["match_weight"] for row in read(resolution, "watchlist_hits")}
    assert [match.record_id for match in found.candidates] == [ENTRY]
    assert found.candidates[0].match_weight == pytest.approx(weights[ONE], abs=1e-9, rel=0)
    assert found.explain(view.by_id[ENTRY]).blocking_rules
    assert found.n_keys_too_common > 0


def test_two_people_who_never_met_are_told_so(
    resolution: Resolution, common: MatchModelPackage
) -> None:
    records = stored(read(resolution, "standardised_records"))
    live = LiveResolver(common)

    assert live.explain(records[ONE], records[OTHER]).blocking_rules == ()
    assert live.explain(records[ONE], records[ENTRY]).blocking_rules

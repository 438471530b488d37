"""Both stores, driven by the same random operations, give the same answer to every question."""

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph.neighbours import Limits, Party, PartyKind
from graph.network import common_neighbours, network_around, shortest_path
from graph.store import GraphView
from models.connection import Attribute, AttributeKind, Relation
from models.decision import Decision
from models.errors import IdentigraphError, RunNotFoundError
from models.identity import GoldenValue, IdentityEvent, IdentityEventKind, WatchlistHit
from models.live_change import LiveChange
from models.prediction import PairwisePrediction
from models.provenance import IngestedFile, Segment
from models.quality import IdentityWarning, WarningKind
from tests.contract.sample_runs import (
    NOON,
    SampleRun,
    body,
    event,
    golden,
    make_run,
    publish_sample,
    stage,
    switch,
)
from tests.contract.test_live_writer import change, ended, version
from tests.neo4j_server import Neo4jServer
from tests.stores import neo4j_opener, open_embedded

# Beyond the first plane, code points and UTF-16 units sort differently; so do accents and cases.
RECORDS = [f"a:{n}" for n in range(12)] + ["a:\uffee", "a:\U0001f3e0", "a:é", "a:E", "a:e\u0301"]
ENTRIES = ["w:1", "w:2"]
IDENTITIES = [f"P{n}" for n in range(8)]
KEYS = [-1, 0, 7, 2**63 - 1]
ATTRIBUTES = [Attribute(kind, value) for kind in AttributeKind for value in ("X1", "é:2", "7 N1")]
WARNINGS = [
    IdentityWarning(WarningKind.SEXES, 1.6, ("a:1",), ("a:é",), {"one_value": "M"}),
    IdentityWarning(WarningKind.BRIDGE, 0.2, ("a:\U0001f3e0",), ("a:2",), {"evidence": 1.5}),
]
STEPS = 9


def random_run(chance: random.Random, number: int, former: dict[str, str]) -> SampleRun:
    records = chance.sample(RECORDS, chance.randint(0, len(RECORDS)))
    members = {one: chance.choice(IDENTITIES) for one in records}
    pairs = {tuple(sorted(chance.sample(RECORDS, 2))) for _ in range(chance.randint(0, 25))}
    now, before = set(members.values()), set(former.values())
    events = [event(one, "created") for one in sorted(now - before)]
    for one in sorted(before - now):
        became = sorted({members[r] for r, i in former.items() if i == one and r in members})
        events.append(event(one, "merged" if became else "retired", became))
    return SampleRun(
        run=make_run(f"run-{number}"),
        memberships=members,
        # few weights: ties are broken by ids
        links=[(left, right, float(chance.randint(-1, 2)), chance.choice([-1, 0]))
               for left, right in sorted(pairs)],
        golden_records={one: [golden("name", f"{one} {number}", "a:0")] for one in sorted(now)},
        hits=[(entry, one, float(chance.randint(0, 2)), 0)
              for entry in ENTRIES for one in chance.sample(RECORDS, 2)],
        uses=sorted({(one, a.kind.value, a.value) for one in [*RECORDS, *ENTRIES]
                     for a in chance.sample(ATTRIBUTES, chance.randint(0, 3))}),
        relations=sorted({(*chance.sample(RECORDS, 2), chance.choice(["spouse", "sponsor"]))
                          for _ in range(4)}),
        quality=[(one, 2, 1, 1.0, chance.choice([None, 1]), 1, 0, 1, 1, chance.randint(0, 2) / 2,
                  0.5, 1.25, tuple(WARNINGS[(number + int(one[1:])) % 3 :]))
                 for one in sorted(now)],
        keys=sorted({(chance.choice(KEYS), chance.choice(RECORDS)) for _ in range(20)}),
        bodies=[body(one, line=chance.randint(1, 2)) for one in RECORDS]
        + [body(one, "watchlist") for one in ENTRIES],
        events=events,
    )  # fmt: skip


@dataclass
class RandomWrite:
    """Writes any records, and makes up what follows; the same each time it is asked."""

    parts: dict[str, Any]
    memberships: dict[str, str | None]
    happened: list[tuple[str, IdentityEventKind]]

    def __call__(self, view: GraphView, _: Sequence[Decision]) -> LiveChange:
        run = view.run()
        events = tuple(
            IdentityEvent(0, one, kind, run.run_id, NOON, (), ("a:1",), (), "é in a test")
            for one, kind in self.happened
            if run
        )
        return change(view, memberships=self.memberships, events=events, **self.parts)


def random_write(chance: random.Random, former: dict[str, str]) -> RandomWrite:
    written = chance.sample(RECORDS, chance.randint(0, 4))
    pairs = sorted({tuple(sorted(chance.sample(RECORDS, 2))) for _ in range(chance.randint(0, 8))})
    endings = {one for one in written if chance.random() < 0.3}
    there = sorted({*former, *written} - endings)
    moved: dict[str, str | None] = {
        one: chance.choice([None, *IDENTITIES]) for one in there if chance.random() < 0.4
    }
    moved |= dict.fromkeys(endings)
    now = {one: identity for one, identity in {**former, **moved}.items() if identity}
    before = {former[one] for one in moved if one in former}
    touched = sorted({*filter(None, moved.values()), *before})
    return RandomWrite(
        parts={
            "records": tuple(
                ended(one) if one in endings else version(
                    one, line=chance.randint(3, 9),
                    keys=tuple(sorted(chance.sample(KEYS, 2))),
                    uses=tuple(sorted(chance.sample(ATTRIBUTES, 2))),
                    relations=tuple(sorted(Relation(one, other, "child")
                                           for other in chance.sample(RECORDS, 2) if other != one)),
                )
                for one in written
            ),
            "links": tuple(
                PairwisePrediction(left, right, float(chance.randint(-1, 2)), None, 0.5)
                for left, right in pairs[::2]
            ),
            "links_gone": tuple(pairs[1::2]),
            "hits": {entry: tuple((WatchlistHit(entry, one, 1.5), 1)
                                  for one in chance.sample(RECORDS, chance.randint(0, 2)))
                     for entry in chance.sample(ENTRIES, 1)},
            "golden": {one: (GoldenValue("name", f"{one} é", "a:0", "NAME", "é", 1),)
                       if one in now.values() else None for one in touched},
        },
        memberships=moved,
        happened=[(one, IdentityEventKind.CHANGED if one in now.values()
                   else IdentityEventKind.RETIRED) for one in touched],
    )  # fmt: skip


def answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except IdentigraphError as error:
        return type(error), str(error)


def answers(store: Any) -> list[Any]:
    """Ask everything that can be asked about the little that there is."""
    limits = Limits(most_users=4, most_parties=6, link_weight=1.0)
    everyone = [Party(PartyKind.IDENTITY, one) for one in IDENTITIES]
    everyone += [Party(PartyKind.RECORD, one) for one in ENTRIES]
    with store.view() as view:
        found = [
            view.run(),
            view.identities_of(RECORDS),
            view.members_of(IDENTITIES),
            view.standardised(RECORDS),
            view.written_after(0),
            view.records([*RECORDS, *ENTRIES]),
            view.links_among(RECORDS),
            view.links_beyond(RECORDS[:6], at_least=0.0),
            view.hits_of([*RECORDS[:6], "w:1"]),
            view.uses_of(RECORDS),
            view.users_of(ATTRIBUTES, limit=3),
            view.users_of(ATTRIBUTES, limit=3, after="a:\uffee"),
            view.relations_of(RECORDS[:6]),
            view.least_sound(limit=3, offset=1),
            view.least_sound(limit=9, kind=WarningKind.SEXES),
            view.quality_of(IDENTITIES),
            [view.candidates(KEYS[:n], limit=n * 2) for n in (1, 2, 4)],
            [view.links_of(one, limit=3) for one in RECORDS],
            [answer(lambda one=one: view.identity(one)) for one in [*IDENTITIES, "P99"]],
            [view.events_of(one) for one in IDENTITIES],
            [network_around(view, one, depth=2, limits=limits) for one in everyone],
            [shortest_path(view, one, everyone[0], limits) for one in everyone],
            [common_neighbours(view, one, everyone[1], limits=limits, most=2) for one in everyone],
        ]
    births = store.identity_births().to_pylist()
    members = [row for batch in store.memberships() for row in batch.to_pylist()]
    return [
        *found,
        store.runs(limit=9),
        store.events_after(0, limit=999),
        store.events_after(2, limit=3),
        sorted(births, key=lambda row: str(row["identity_id"])),
        sorted(members, key=lambda row: str(row["record_id"])),
        store.change_sequence(),
        store.segments(),
        store.live_changes(after=1),
        store.decisions(),
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_operations_give_the_same_answers(
    seed: int, tmp_path: Path, neo4j_server: Neo4jServer
) -> None:
    chance = random.Random(seed)
    openers = (open_embedded, neo4j_opener(neo4j_server, load_rows=5, load_bodies=3, load_people=3))
    former: dict[str, str] = {}
    n_segments = 0
    with ExitStack() as stack:
        stores = [stack.enter_context(open_in(tmp_path)) for open_in in openers]
        for number in range(1, STEPS + 1):
            sample = random_run(chance, number, former)
            operation = chance.choice(
                ["publish", "publish", "live", "live", "live", "abandon", "refuse", "read"]
            )
            written = random_write(chance, former)
            moved: dict[str, str | None] = {}
            for store in stores:
                if operation == "publish":
                    publish_sample(store, sample)
                elif operation == "abandon":
                    stage(store, sample)
                elif operation == "refuse":
                    stage(store, sample)
                    with pytest.raises(IdentigraphError):
                        switch(store, sample, links=999)
                elif operation == "live":
                    with suppress(RunNotFoundError):
                        store.write_live(written)
                        moved = written.memberships
                else:
                    store.register_segment(segment(n_segments + 1))
            former = dict(sample.memberships) if operation == "publish" else {**former, **moved}
            former = {record: one for record, one in former.items() if one}
            n_segments += operation == "read"

            embedded, neo4j = (answers(store) for store in stores)

            assert neo4j == embedded, (number, operation)


def segment(sequence: int) -> Segment:
    file = IngestedFile(f"f{sequence}", "é.csv", "casework", "m1", 3, 2, 1, 0)
    return Segment(sequence, "casework", "delta", NOON, (file,))

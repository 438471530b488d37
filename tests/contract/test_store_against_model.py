"""Any sequence of publishes, whole or cut short, serves what a plain dict would."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models.errors import IdentityNotFoundError
from models.identity import IdentityStatus
from tests.contract.sample_runs import SampleRun, body, event, golden, make_run, stage, switch
from tests.stores import Opener

RECORDS = [f"a:{n}" for n in range(5)]
IDENTITIES = [f"P{n}" for n in range(4)]
KEYS = [1, 2, 3]

clusterings = st.dictionaries(st.sampled_from(RECORDS), st.sampled_from(IDENTITIES))
bodies = st.dictionaries(st.sampled_from(RECORDS), st.integers(1, 3))
held_keys = st.sets(st.tuples(st.sampled_from(KEYS), st.sampled_from(RECORDS)))
linked = st.dictionaries(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(lambda p: p[0] < p[1]),
    st.integers(-5, 20),
)


class StoreMachine(RuleBasedStateMachine):
    """Publishes runs to a store and to plain Python, and compares."""

    open_in: Opener

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = type(self).open_in(Path(self.folder.name))
        self.number = 0
        self.served = SampleRun(bodies=[])
        self.lines: dict[str, int] = {}
        self.became: dict[str, tuple[str, ...]] = {}
        self.n_events = 0
        self.published: str | None = None

    @initialize()
    def start_empty(self) -> None:
        assert self.store.runs(limit=1) == []

    def _make(
        self,
        clusters: dict[str, str],
        lines: dict[str, int],
        keys: set[tuple[int, str]],
        links: dict[tuple[str, str], int],
    ) -> tuple[SampleRun, dict[str, tuple[str, ...]]]:
        self.number += 1
        former, now = set(self.served.memberships.values()), set(clusters.values())
        events = [event(i, "created") for i in sorted(now - former)]
        became: dict[str, tuple[str, ...]] = {}
        for identity_id in sorted(former - now):
            records = [r for r, i in self.served.memberships.items() if i == identity_id]
            became[identity_id] = tuple(sorted({clusters[r] for r in records if r in clusters}))
            kind = "merged" if became[identity_id] else "retired"
            events.append(event(identity_id, kind, became[identity_id]))
        sample = SampleRun(
            run=make_run(f"run-{self.number}"),
            memberships=clusters,
            links=[(one, other, float(w), 0) for (one, other), w in links.items()],
            golden_records={i: [golden("name", f"{i}-{self.number}", "a:0")] for i in now},
            bodies=[body(i, line=line) for i, line in lines.items()],
            keys=sorted(keys),
            events=events,
        )
        return sample, became

    @rule(clusters=clusterings, lines=bodies, keys=held_keys, links=linked)
    def publish(self, clusters: Any, lines: Any, keys: Any, links: Any) -> None:
        sample, became = self._make(clusters, lines, keys, links)
        stage(self.store, sample)
        switch(self.store, sample)
        self.became |= became
        self.n_events += len(sample.events)
        self.served, self.lines, self.published = sample, lines, sample.run.run_id

    @rule(clusters=clusterings, lines=bodies, keys=held_keys, links=linked)
    def abandon(self, clusters: Any, lines: Any, keys: Any, links: Any) -> None:
        stage(self.store, self._make(clusters, lines, keys, links)[0])

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = type(self).open_in(Path(self.folder.name))

    @invariant()
    def the_store_serves_what_the_model_holds(self) -> None:
        members = self.served.memberships
        with self.store.view() as view:
            assert (view.run() and view.run().run_id) == self.published
            assert view.identities_of(RECORDS) == dict(sorted(members.items()))
            found = {r.record_id: r.source_record["line"] for r in view.records(RECORDS)}
            assert found == self.lines
            links = {(p.left_id, p.right_id, p.match_weight) for p in view.links_among(RECORDS)}
            assert links == {link[:3] for link in self.served.links}
            for key in KEYS:
                held = tuple(sorted(r for k, r in self.served.keys if k == key))
                assert view.candidates([key], limit=9).record_ids == held
            for identity_id in IDENTITIES:
                self._compare_identity(view, identity_id)
        feed = self.store.events_after(0, limit=999)
        assert [e.sequence for e in feed] == list(range(1, self.n_events + 1))

    def _compare_identity(self, view: Any, identity_id: str) -> None:
        members = self.served.memberships
        records = tuple(sorted(r for r, i in members.items() if i == identity_id))
        if not records and identity_id not in self.became:
            with pytest.raises(IdentityNotFoundError):
                view.identity(identity_id)
            return
        state = view.identity(identity_id)
        assert state.record_ids == records
        if records:
            assert state.status is IdentityStatus.CURRENT
            assert state.golden[0].value == f"{identity_id}-{self.number_served()}"
        else:
            is_retired = not self.became[identity_id]
            expected = IdentityStatus.RETIRED if is_retired else IdentityStatus.SUPERSEDED
            assert state.status is expected
            assert set(state.superseded_by) == self._stands_for(identity_id, set())

    def number_served(self) -> int:
        return int(self.served.run.run_id.removeprefix("run-"))

    def _stands_for(self, identity_id: str, seen: set[str]) -> set[str]:
        if identity_id in seen:
            return set()
        if identity_id in self.served.memberships.values():
            return {identity_id}
        seen.add(identity_id)
        parts = (self._stands_for(i, seen) for i in self.became.get(identity_id, ()))
        return set().union(*parts)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


def test_any_sequence_of_publishes_serves_what_plain_python_would(open_in: Opener) -> None:
    machine = type("Machine", (StoreMachine,), {"open_in": staticmethod(open_in)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # making a failing case small takes minutes against a server
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )

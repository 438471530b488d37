"""A workspace on real adapters, where files are delivered and runs are published."""

from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from api.auth.sign_in import operating_system_user
from api.use_cases.publish_run import RunReport, publish_run
from api.use_cases.switch_back import SwitchedBack, switch_back
from api.wiring import Deployment, identity_ids
from resolution.sources.mapping import load_mappings
from tests.small_world import quietly

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

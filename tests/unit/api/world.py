"""Everything a use case may need, standing in: stores, the match model, a run's tables."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from api.use_cases.init_workspace import NewWorkspace, init_workspace
from api.use_cases.run_demo import DemoPlan, prepare_demo
from models.tables import CLUSTERS, MEMBERSHIPS, PREDICTIONS, WATCHLIST_HITS
from models.workspace import Workspace
from tests.unit.api.fakes import (
    ANALYST,
    IDENTITIES,
    FakeAudit,
    FakeGraph,
    FakePipeline,
    FakePublisher,
    FakeResolver,
    FakeShelf,
    make_auditor,
    no_progress,
)


class World:
    """Everything a use case may need, standing in."""

    def __init__(self, folder: Path, audit: FakeAudit) -> None:
        self.folder = folder
        self.graph = FakeGraph()
        self.workspace = Workspace(folder / "work", folder / "work")
        self.resolver = FakeResolver()
        self.pipeline = FakePipeline()
        self.shelf = FakeShelf()
        self.publisher = FakePublisher()
        self.generated: list[int] = []
        self.audit = audit
        self._write_run()

    @property
    def asking(self) -> dict[str, Any]:
        return {"principal": ANALYST, "auditor": make_auditor(self.audit)}

    @property
    def reading(self) -> dict[str, Any]:
        return self.asking | {"graph": self.graph}

    @property
    def scoring(self) -> dict[str, Any]:
        return self.reading | {"resolvers": lambda version: self.resolver}

    @property
    def batch(self) -> dict[str, Any]:
        return self.asking | {
            "workspace": self.workspace,
            "store": object(),
            "pipeline": self.pipeline,
            "shelf": self.shelf,
            "databases": {},
            "progress": no_progress,
        }

    def make_demo(self) -> Path:
        """Prepare a demo of ten people, written by a stand-in of the generator."""
        fresh = Workspace(self.folder / "demo", self.folder / "demo")

        def generate(people: int, *, folder: Path, **rest: Any) -> None:
            self.generated.append(people)
            folder.mkdir(exist_ok=True)

        return prepare_demo(
            DemoPlan(10, 1, "default"),
            principal=ANALYST,
            workspace=fresh,
            auditor=lambda: make_auditor(self.audit),
            example_mappings=[self.workspace.mappings / "casework.yaml"],
            generate=generate,
            progress=no_progress,
        )

    def init_another(self) -> NewWorkspace:
        """Make another workspace, in the folder `new`."""
        fresh = Workspace(self.folder / "new", self.folder / "new")
        return init_workspace(workspace=fresh, **self.asking)

    @property
    def truth(self) -> Path:
        file = self.folder / "truth.csv"
        file.write_text("record_id,person_id\ncasework:1,p\ncasework:2,p\ncasework:3,q\n", "utf-8")
        return file

    @property
    def entry_truth(self) -> Path:
        file = self.folder / "watchlist_truth.csv"
        file.write_text("record_id,person_id\nwatchlist:w1,p\n", "utf-8")
        return file

    def _write_run(self) -> None:
        folder = self.workspace.run_folder("run-1")
        folder.mkdir(parents=True)
        self.workspace.mappings.mkdir()
        (self.workspace.mappings / "casework.yaml").write_text(MAPPING, "utf-8")
        ids = sorted(IDENTITIES)
        smallest = {one: min(o for o in ids if IDENTITIES[o] == IDENTITIES[one]) for one in ids}
        clusters = [{"record_id": one, "cluster_id": smallest[one]} for one in ids]
        members = [{"record_id": one, "identity_id": IDENTITIES[one]} for one in ids]
        hit = {"entry_id": "watchlist:w1", "record_id": "casework:1", "match_weight": 4.0}
        link = {"left_id": "casework:1", "right_id": "casework:2", "match_weight": 12.0}
        _write(folder / "clusters.parquet", clusters, CLUSTERS)
        _write(folder / "memberships.parquet", members, MEMBERSHIPS)
        _write(folder / "watchlist_hits.parquet", [hit | {"blocking_rule": 0}], WATCHLIST_HITS)
        _write(
            folder / "predictions.parquet",
            [link | {"blocking_rule": 0, "source_weight": 0.0}],
            PREDICTIONS,
        )
        roles = [{"record_id": one, "role": "person"} for one in ids]
        roles.append({"record_id": "watchlist:w1", "role": "watchlist"})
        roles.append({"record_id": "watchlist:w2", "role": "watchlist"})
        pq.write_table(pa.Table.from_pylist(roles), folder / "standardised_records.parquet")


MAPPING = """\
source: casework
role: person
format: {type: csv}
files: ["incoming/*.csv"]
key: ID
record:
  names: [{full: NAME}]
"""


def _write(file: Path, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)

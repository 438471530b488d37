"""Serves again what an earlier run found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.use_cases.auditing import Auditor
from api.use_cases.batch_ports import BatchStore, MatchModelShelf, Publish, SwitchBackMaker
from graph.store import GraphReader
from models.access import Principal
from models.errors import InvalidInputError, RunNotFoundError
from models.identity import Run
from models.workspace import Workspace
from resolution.engines.shortage import shortages_told
from resolution.ports import Progress

_MOST_RUNS = 1_000


@dataclass(frozen=True, slots=True)
class SwitchedBack:
    """What a switch back did.

    Attributes:
        run: the run that is served now; it holds what the earlier one found.
        earlier_run_id: the run that was switched back to.
        former_run_id: the run that was served until now.
        loaded: rows loaded into the store by table.
    """

    run: Run
    earlier_run_id: str
    former_run_id: str
    loaded: Mapping[str, Any]


def switch_back(
    run_id: str | None,
    *,
    principal: Principal,
    workspace: Workspace,
    graph: GraphReader,
    store: BatchStore,
    shelf: MatchModelShelf,
    make_run: SwitchBackMaker,
    publish: Publish,
    auditor: Auditor,
    progress: Progress,
) -> SwitchedBack:
    """Publish what an earlier run found; without `run_id`, the one that was served before.

    What was written live and decided since is laid over it: only what files brought is undone.

    Raises:
        RunNotFoundError: if nothing is published, or there is no such earlier run.
        InvalidInputError: if that is what is served, or its tables are gone.
        MatchModelError: if the match model it was scored by cannot be used any more.
        BackendUnavailableError: if the store or the audit cannot be written; the served run stays.
    """
    with auditor.before_change("switch_back", principal) as seen, shortages_told():
        served, earlier = _choose(graph.runs(limit=_MOST_RUNS), run_id)
        seen.add(served.run_id, earlier.run_id)
        shelf.load(earlier.model_version)  # look-ups will need it
        made = make_run(
            earlier,
            workspace=workspace,
            history=store,
            clock=auditor.clock,
            progress=progress,
        )
        seen.add(made.run.run_id)
        loaded = publish(made.run, made.artefacts_folder, progress)
        return SwitchedBack(made.run, earlier.run_id, served.run_id, loaded)


def _choose(runs: list[Run], run_id: str | None) -> tuple[Run, Run]:
    """Return the run that is served and the one to switch back to."""
    served = next((run for run in runs if run.status == "published"), None)
    if served is None:
        raise RunNotFoundError("nothing has been published yet: `identigraph run` does")
    earlier = [run for run in runs if run.status == "superseded"]
    if run_id is not None:
        earlier = [run for run in earlier if run.run_id == run_id]
    if not earlier and run_id in (None, served.run_id):
        raise InvalidInputError(f"{served.run_id} is served, and there is no run before it")
    if not earlier:
        raise RunNotFoundError(f"no run {run_id!r} was served before: see `identigraph runs`")
    if earlier[0].fingerprint == served.fingerprint:
        raise InvalidInputError(f"what {earlier[0].run_id} found is what is served")
    return served, earlier[0]

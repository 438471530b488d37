"""Answers which runs there were, and what one of them did."""

from api.use_cases.auditing import Auditor
from graph.store import GraphReader
from models.access import Principal
from models.errors import RunNotFoundError
from models.identity import Run

_MOST_RUNS = 1_000


def list_runs(
    *, principal: Principal, graph: GraphReader, auditor: Auditor, limit: int = 20
) -> list[Run]:
    """Return runs, newest first; empty before the first.

    Raises:
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("list_runs", principal) as seen:
        runs = graph.runs(limit=limit)
        seen.add_all(run.run_id for run in runs)
        return runs


def get_run(run_id: str, *, principal: Principal, graph: GraphReader, auditor: Auditor) -> Run:
    """Return one run.

    Raises:
        RunNotFoundError: if there is none of that id.
        BackendUnavailableError: if the audit cannot be written.
    """
    with auditor.before_answer("get_run", principal) as seen:
        seen.add(run_id)
        for run in graph.runs(limit=_MOST_RUNS):
            if run.run_id == run_id:
                return run
        raise RunNotFoundError(f"no run {run_id!r}")

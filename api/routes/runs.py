"""GET /v1/runs and one of them."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.routes.asking import Asking, Wired
from api.routes.raw_paths import RunId
from api.routes.run_answers import RunAnswer, RunsAnswer
from api.use_cases.list_runs import get_run, list_runs

router = APIRouter(tags=["runs"])


@router.get("/v1/runs", summary="Runs, newest first")
def get_runs(
    wired: Wired,
    principal: Asking,
    limit: Annotated[int, Query(description="Most runs in the answer", ge=1, le=100)] = 20,
) -> RunsAnswer:
    """Return runs with their counts and times; the published one is what answers rest on."""
    runs = list_runs(principal=principal, graph=wired.graph, auditor=wired.auditor, limit=limit)
    return RunsAnswer(runs=[RunAnswer.model_validate(run) for run in runs])


@router.get("/v1/runs/{run_id}", summary="One run")
def get_one_run(run_id: RunId, wired: Wired, principal: Asking) -> RunAnswer:
    """Return what one run did: counts by name, seconds by stage."""
    run = get_run(run_id, principal=principal, graph=wired.graph, auditor=wired.auditor)
    return RunAnswer.model_validate(run)

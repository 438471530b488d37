"""GET /healthz and /readyz: for machines that watch this service."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.routes.asking import Wired
from api.routes.problem_schema import ProblemAnswer
from api.routes.problems import problem_response
from api.routes.run_answers import HealthAnswer
from api.use_cases.check_ready import check_ready
from models.errors import BackendUnavailableError, RunNotFoundError

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Does the process answer?")
def get_health() -> HealthAnswer:
    """Answer as long as the process can; says nothing about the store."""
    return HealthAnswer(status="ok")


@router.get(
    "/readyz",
    summary="Can it answer about people?",
    response_model=HealthAnswer,
    responses={503: {"model": ProblemAnswer, "description": "Not ready"}},
)
def get_readiness(wired: Wired) -> JSONResponse:
    """Answer 200 only when a run is published and the audit can be written."""
    try:
        check_ready(graph=wired.graph, audit=wired.audit)
    except RunNotFoundError:
        detail = "Nothing has been published yet: `identigraph run` makes a run."
    except BackendUnavailableError:
        detail = "The store or the audit cannot be reached."
    else:
        return JSONResponse({"status": "ready"}, headers={"Cache-Control": "no-store"})
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", "Not ready", detail)
